"""Archives in which nothing tells when they were packed: same parts, same bytes."""

import datetime as dt
import zipfile

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first that an archive can say


class UndatedZip(zipfile.ZipFile):
    """A compressed archive being written, whose parts all bear the date that it is given."""

    def __init__(self, file, made_at):
        super().__init__(file, "w", zipfile.ZIP_DEFLATED)
        self._date = max(made_at.timetuple()[:6], EARLIEST)

    def _info(self, name):
        part = zipfile.ZipInfo(name, self._date)
        part.compress_type = zipfile.ZIP_DEFLATED
        part.external_attr = 0o600 << 16
        return part

    def part(self, name):
        """Return a part to be written piece by piece."""
        return self.open(self._info(name), "w")

    def writestr(self, name, data, *_args, **_kwargs):  # type: ignore[override]  # a name and its data suffice
        super().writestr(self._info(name), data)

    def write(self, filename, arcname, *_args, **_kwargs):  # type: ignore[override]  # a name and its data suffice
        with open(filename, "rb") as source, self.part(arcname) as target:
            while piece := source.read(1 << 20):
                target.write(piece)


def made_on(document):
    """Return the moment that the files of a document bear: its day of issue."""
    return dt.datetime.fromisoformat(document["issued_on"] or f"{document['year']}-01-01")
