import threading

import pytest

from foundation import keys


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


def test_the_first_who_asks_makes_the_key_and_the_others_read_it(folder):
    made = iter(range(100))
    found = []
    start = threading.Barrier(8)

    def ask():
        start.wait()
        found.append(keys.ensure_key("seal/1-2026-1", lambda: b"key%d" % next(made)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert keys.key_names() == ["seal/1-2026-1"]
    assert (folder / "seal/1-2026-1").stat().st_mode & 0o777 == 0o600


def test_a_destroyed_key_is_gone_and_its_bytes_too(folder):
    keys.ensure_key("seal/a", lambda: b"CANARY" * 10)
    with (folder / "seal/a").open("rb") as still_open:
        assert keys.destroy_key("seal/a")
        assert b"CANARY" not in still_open.read()
    with pytest.raises(keys.KeyGone):
        keys.read_key("seal/a")
    assert not keys.destroy_key("seal/a")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../b", "", "A", "a\0b"])
def test_no_name_leads_out_of_the_folder(name):
    with pytest.raises(ValueError, match="No name"):
        keys.read_key(name)


def test_hashes_of_two_purposes_differ_and_last():
    one = keys.keyed_hash("receipts", b"x")
    assert one == keys.keyed_hash("receipts", b"x") != keys.keyed_hash("vouchers", b"x")
    assert len(one) == 64


def test_a_key_is_destroyed_even_if_that_cannot_be_noted(folder, settings, tmp_path, caplog):
    keys.ensure_key("seal/a", lambda: b"x" * 32)
    settings.DATA_DIR = tmp_path / "nowhere"

    assert keys.destroy_key("seal/a")

    assert not (folder / "seal/a").exists()
    assert "could not be noted" in caplog.text


def test_what_is_not_there_needs_no_destroying(tmp_path):
    assert not keys.shred(tmp_path / "nothing")
