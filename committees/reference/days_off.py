"""The public holidays of 2026 to 2028 from public knowledge, each of them to be confirmed.

The days themselves come back every year; what falls on the week-end is made up for on the next
working day. Which days the State takes for Tết, for the day beside 2/9 and for an exchange is
announced for each year: until the Board has confirmed them they are a forecast.
"""

import datetime as dt

YEARLY = "Dự kiến theo ngày nghỉ lễ, tết hằng năm"
MADE_UP = "Dự kiến nghỉ bù do trùng ngày nghỉ hằng tuần"
EXCHANGE = "Dự kiến hoán đổi ngày làm việc, chờ thông báo chính thức"
NEW_YEAR, TET, KINGS = "Tết Dương lịch", "Tết Nguyên đán", "Giỗ Tổ Hùng Vương"
VICTORY, LABOUR = "Ngày Chiến thắng 30/4", "Ngày Quốc tế Lao động 1/5"
NATION = "Quốc khánh 2/9"

# {year: {name: [day and month of each day off]}}
HOLIDAYS = {
    2026: {
        NEW_YEAR: ["01/01"],
        TET: ["16/02", "17/02", "18/02", "19/02", "20/02"],
        KINGS: ["26/04"],
        VICTORY: ["30/04"],
        LABOUR: ["01/05"],
        NATION: ["01/09", "02/09"],
    },
    2027: {
        NEW_YEAR: ["01/01"],
        TET: ["05/02", "06/02", "07/02", "08/02", "09/02"],
        KINGS: ["16/04"],
        VICTORY: ["30/04"],
        LABOUR: ["01/05"],
        NATION: ["02/09", "03/09"],
    },
    2028: {
        NEW_YEAR: ["01/01"],
        TET: ["25/01", "26/01", "27/01", "28/01", "29/01"],
        KINGS: ["04/04"],
        VICTORY: ["30/04"],
        LABOUR: ["01/05"],
        NATION: ["01/09", "02/09"],
    },
}
# Days off that make up for a holiday on the week-end.
MADE_UP_ON = {
    2026: {"27/04": KINGS},
    2027: {"10/02": TET, "11/02": TET, "03/05": LABOUR},
    2028: {"03/01": NEW_YEAR, "31/01": TET, "02/05": VICTORY, "04/09": NATION},
}
# {day off: (the Saturday worked for it, what it lies beside)}
EXCHANGED = {
    2026: {"02/01": ("10/01", NEW_YEAR), "31/08": ("22/08", NATION)},
}


def rows():
    """Return every row as (day, kind, name, source)."""
    found = []
    for year, holidays in HOLIDAYS.items():
        for name, days in holidays.items():
            found += [(_on(year, day), "day_off", name, YEARLY) for day in days]
        for day, name in MADE_UP_ON[year].items():
            found.append((_on(year, day), "day_off", f"Nghỉ bù {name}", MADE_UP))
        for day, (worked, name) in EXCHANGED.get(year, {}).items():
            found.append((_on(year, day), "day_off", f"Nghỉ hoán đổi dịp {name}", EXCHANGE))
            found.append((_on(year, worked), "working", f"Làm bù dịp {name}", EXCHANGE))
    return sorted(found)


def _on(year, text):
    day, month = text.split("/")
    return dt.date(year, int(month), int(day))


def add_days(apps, schema_editor):
    calendar_day = apps.get_model("committees", "CalendarDay")
    for day, kind, name, source in rows():
        calendar_day.objects.get_or_create(
            day=day, defaults={"kind": kind, "name": name, "source": source}
        )
