"""What others may know of askers: the one door in the wall around who asked.

Whatever lies behind it, sealing, vouchers, mixing, opening, forgetting, is imported from nowhere else
(tests/test_architecture.py); a name that is not here is nobody else's business.
"""

from sessions.askers.anonymous import (
    Refused,
    submit_anonymously,
)
from sessions.askers.identity import (
    NOBODY,
    asker_key,
    asker_shown_to,
    is_asker,
    names_asker,
    own_address,
    own_question_id,
    questions_of,
    who_sees_what,
)
from sessions.askers.mixing import (
    hand_on,
    mix_if_due,
)
from sessions.askers.receipts import (
    code_made_here,
    from_browser,
    from_code,
    made_from,
    made_here,
    print_of,
)
from sessions.askers.receipts import (
    find as find_by_receipt,
)
from sessions.askers.retention import (
    apply_retention,
    retain_daily,
)
from sessions.askers.sealing import (
    CannotOpen,
    seal,
)
from sessions.askers.seats import (
    EACH as PASSES_EACH,
)
from sessions.askers.seats import (
    gives_passes,
    is_pass,
    open_seats,
    read_voucher,
    seats_of,
    sign_for_phone,
    switch_seats,
)
from sessions.askers.seats import (
    numbers_of as pass_numbers,
)
from sessions.askers.unnaming import (
    named_in,
    take_names_off,
)
from sessions.askers.unsealing import (
    AlreadyDecided,
    CannotAsk,
    NoCode,
    TooManyRequests,
    TooNew,
    UnderWay,
    open_name,
    request_opening,
    with_stages,
)
from sessions.askers.unsealing import (
    agree as agree_to_opening,
)
from sessions.askers.unsealing import (
    is_shown as is_opening_shown,
)
from sessions.askers.unsealing import (
    left_today as openings_left_today,
)
from sessions.askers.unsealing import (
    may_ask_from as may_ask_for_names_from,
)
from sessions.askers.unsealing import (
    refuse as refuse_opening,
)
from sessions.askers.unsealing import (
    requests_about as openings_about,
)
from sessions.askers.unsealing import (
    requests_near as openings_near,
)
from sessions.askers.unsealing import (
    told_to as openings_told_to,
)
from sessions.askers.unsealing import (
    under_way as opening_under_way,
)
from sessions.askers.unsealing import (
    withdraw as withdraw_opening,
)
from sessions.askers.vouchers import (
    MAY_ASK,
    NotIssued,
    NoVoucher,
    TooFewPeople,
    batches_of,
    eligible_people,
    is_issuing,
    open_due_rounds,
    print_slips,
    public_numbers,
    rounds_to_draw,
    seal_of,
    sign_blind,
)
from sessions.askers.vouchers import (
    offer as vouchers_offered,
)

__all__ = [
    "MAY_ASK",
    "NOBODY",
    "PASSES_EACH",
    "AlreadyDecided",
    "CannotAsk",
    "CannotOpen",
    "NoCode",
    "NoVoucher",
    "NotIssued",
    "Refused",
    "TooFewPeople",
    "TooManyRequests",
    "TooNew",
    "UnderWay",
    "agree_to_opening",
    "apply_retention",
    "asker_key",
    "asker_shown_to",
    "batches_of",
    "code_made_here",
    "eligible_people",
    "find_by_receipt",
    "from_browser",
    "from_code",
    "gives_passes",
    "hand_on",
    "is_asker",
    "is_issuing",
    "is_opening_shown",
    "is_pass",
    "made_from",
    "made_here",
    "may_ask_for_names_from",
    "mix_if_due",
    "named_in",
    "names_asker",
    "open_due_rounds",
    "open_name",
    "open_seats",
    "opening_under_way",
    "openings_about",
    "openings_left_today",
    "openings_near",
    "openings_told_to",
    "own_address",
    "own_question_id",
    "pass_numbers",
    "print_of",
    "print_slips",
    "public_numbers",
    "questions_of",
    "read_voucher",
    "refuse_opening",
    "request_opening",
    "retain_daily",
    "rounds_to_draw",
    "seal",
    "seal_of",
    "seats_of",
    "sign_blind",
    "sign_for_phone",
    "submit_anonymously",
    "switch_seats",
    "take_names_off",
    "vouchers_offered",
    "who_sees_what",
    "with_stages",
    "withdraw_opening",
]
