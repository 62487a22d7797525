"""A wrong business file: the error names file, line, what was found and what is expected."""

import shutil
from pathlib import Path

import pytest

from core.business import load_business
from core.errors import BusinessFileError
from core.settings import SAMPLE_BUSINESS

TINY = Path(__file__).resolve().parent.parent / "businesses" / "tiny"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(TINY, tmp_path / "tiny")


def _refused(directory: Path) -> BusinessFileError:
    with pytest.raises(BusinessFileError) as caught:
        load_business(directory)
    return caught.value


def _break(directory: Path, name: str, old: str, new: str) -> tuple[BusinessFileError, int]:
    """Replaces the first `old` of a file; gives the error and the line that was changed."""
    path = directory / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return _refused(directory), text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "found", "expected"),
    [
        ("shop.yaml", "currency: NZD", "currency: [NZD", "no YAML", "well-formed"),
        ("shop.yaml", "currency: NZD", "currency: dollars", "'dollars'", "pattern"),
        ("shop.yaml", "timezone: Pacific/Auckland", "timezone: Wellington", "'Wellington'", "a time zone"),
        ("shop.yaml", "currency: NZD", "curency: NZD", "`curency`", "did you mean `currency`?"),
        ("shop.yaml", "country: NZ", "country: NZ\ncountry: AU", "`country` a second time", "each key once"),
        ("locations.yaml", "08:00-12:00", "8-12", "'8-12, 12:30-17:30'", "hours such as"),
        ("locations.yaml", "sat: 09:00-14:00", "Samstag: 09:00-14:00", "`Samstag`", "mon-fri"),
        ("services.yaml", "minutes: 45", "minutes: a while", "'a while'", "valid integer"),
        ("services.yaml", "locations: [newtown]", "locations: [newtwon]", "`newtwon`", "mean `newtown`?"),
        ("services.yaml", "price: 95.00", "price: 95.005", "95.005", "at most two decimals"),
        ("services.yaml", "id: wheel_truing", "id: basic_service", "a second time", "ids of their own"),
        ("products.yaml", "sku: CHN-11,", "sku: TUB-700,", "`TUB-700` a second time", "ids of their own"),
        ("departments.yaml", "members: [aroha]", "members: [arohe]", "`arohe`", "mean `aroha`?"),
        ("departments.yaml", "owns: [booking", "owns: [bookings", "`bookings`", "mean `booking`?"),
        ("people.yaml", "departments: [workshop]", "departments: [shop]", "`shop`", "departments.yaml"),
        ("people.yaml", "capacity: 1", "capacity: -1", "-1", "greater than or equal to 0"),
        ("rules/refunds.yaml", "policy_id: refunds", "policy_id: refund", "`refund`", "mean `refunds`?"),
        ("rules/refunds.yaml", 'section: "2"', 'section: "7"', "`7`", "a section of refunds"),
        ("rules/refunds.yaml", "check: item_type", "check: item_typ", "'item_typ'", "mean `item_type`?"),
        ("rules/contact.yaml", "confirm: false", "confirm: perhaps", "'perhaps'", "boolean"),
        ("faq/all.yaml", "id: puncture", "id: e-bikes", "a second time", "ids of their own"),
        ("seed/customers.yaml", "since: -90d", "since: 90 days ago", "'90 days ago'", "-12d"),
        ("seed/orders/all.yaml", "customer: t2", "customer: t9", "`t9`", "seed/customers.yaml"),
        ("seed/orders/all.yaml", "sku: CHN-11", "sku: CHN-12", "`CHN-12`", "mean `CHN-11`?"),
        ("seed/orders/all.yaml", "state: paid", "state: paidd", "'paidd'", "mean `paid`?"),
        ("seed/orders/all.yaml", "total: 94.80", "total: 94.00", "94.00", "94.80"),
        ("seed/orders/all.yaml", "number: 20318", "number: HL_1", "'HL_1'", "pattern"),
        ("seed/orders/all.yaml", "number: 20318", "number: 20311", "`20311` a second time", "of their own"),
        (
            "seed/orders/all.yaml",
            "delivered: -6d 10:15\n  lines",
            "delivered: +1d\n  lines",
            "+1 days",
            "days",
        ),
        ("seed/orders/all.yaml", "state: paid", "state: shipped", "without `shipments`", "`shipments`"),
        ("seed/bookings.yaml", "service: basic_service", "service: basics", "`basics`", "services.yaml"),
    ],
)
def test_a_fault_is_named_with_its_line(
    copy: Path, name: str, old: str, new: str, found: str, expected: str
) -> None:
    error, line = _break(copy, name, old, new)
    assert error.file == copy.resolve() / name
    assert error.line in (line, line + 1), f"line {error.line}, changed {line}"
    assert found in error.found
    assert expected in error.expected


def test_the_text_of_an_error_reads_as_one_line_with_its_place(copy: Path) -> None:
    error, line = _break(copy, "shop.yaml", "currency: NZD", "curency: NZD")
    assert str(error).startswith(
        f"{copy.resolve() / 'shop.yaml'}:{line}: found the unknown key `curency`; expected "
    )


def test_a_missing_field_is_named_at_the_entry_that_lacks_it(copy: Path) -> None:
    error, line = _break(copy, "services.yaml", "  capacity: 2\n", "")
    assert error.found == "no `capacity`"
    assert error.line == 1
    assert line > 1


def test_an_amount_is_missed_by_the_name_that_files_write(copy: Path) -> None:
    error, _ = _break(copy, "seed/orders/all.yaml", "  shipping: 6.00\n", "")
    assert error.found == "no `shipping`"


def test_the_first_of_several_faults_is_named(copy: Path) -> None:
    path = copy / "shop.yaml"
    path.write_text(
        path.read_text().replace("country: NZ", "country: n").replace("currency: NZD", "currency: d")
    )
    assert _refused(copy).found == "'d'"


@pytest.mark.parametrize(
    "name",
    ["shop.yaml", "departments.yaml", "rules/refunds.yaml", "rules/contact.yaml", "rules/booking.yaml"],
)
def test_a_missing_file_of_facts_is_an_error_and_not_the_samples(copy: Path, name: str) -> None:
    (copy / name).unlink()
    error = _refused(copy)
    assert error.file == copy.resolve() / name
    assert error.found == "no such file"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert _refused(tmp_path / "nowhere").found == "no such folder"


def test_two_default_departments_are_refused(copy: Path) -> None:
    path = copy / "departments.yaml"
    path.write_text(path.read_text() + "  - {id: sales, name: Sales, hours: always, default: true}\n")
    assert "exactly one department" in _refused(copy).expected


def test_two_owners_of_one_trigger_are_refused(copy: Path) -> None:
    path = copy / "departments.yaml"
    path.write_text(path.read_text() + "  - {id: sales, name: Sales, hours: always, owns: [booking]}\n")
    assert _refused(copy).expected == "one owner for each"


def test_bytes_that_are_not_text_are_refused_with_their_line(copy: Path) -> None:
    (copy / "people.yaml").write_bytes(b"# people\n- {id: \xff}\n")
    error = _refused(copy)
    assert (error.line, error.expected) == (2, "a text file in UTF-8")


def test_an_unknown_trigger_is_refused_with_the_near_one(copy: Path) -> None:
    (copy / "triggers.yaml").write_text("# ours\nangry: {threshold: 0.5, effect: offer, with_model: offer}\n")
    error = _refused(copy)
    assert (error.line, error.found) == (2, "the unknown trigger `angry`")
    assert error.expected.endswith("did you mean `anger`?")


def test_an_unknown_department_in_ones_own_triggers_is_refused(copy: Path) -> None:
    (copy / "triggers.yaml").write_text(
        "anger:\n  threshold: 0.5\n  effect: offer\n  with_model: offer\n  department: workshops\n"
    )
    error = _refused(copy)
    assert (error.line, error.found) == (5, "`workshops`")
    assert error.expected.endswith("did you mean `workshop`?")


@pytest.mark.parametrize(
    ("text", "line", "found", "expected"),
    [
        (
            "handover:\n  angr: Wait.\n",
            2,
            "the unknown key `handover.angr`",
            "did you mean `handover.anger`?",
        ),
        ("handover:\n  anger: '{team} rings.'\n", 2, "{team}", "department in `handover.anger`"),
        ("joined: '{name joined'\n", 1, "expected '}'", "names in pairs of braces"),
        ("quick:\n  yes:\n", 2, "no text", "a text for `quick.yes`"),
    ],
)
def test_a_wrong_wording_is_refused(copy: Path, text: str, line: int, found: str, expected: str) -> None:
    (copy / "wordings").mkdir()
    (copy / "wordings" / "en.yaml").write_text(text)
    error = _refused(copy)
    assert error.line == line
    assert found in error.found
    assert expected in error.expected


def test_a_needed_wording_that_the_sample_lost_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = shutil.copytree(SAMPLE_BUSINESS, tmp_path / "sample")
    path = sample / "wordings" / "en.yaml"
    path.write_text(path.read_text().replace("model_down:", "model_is_down:"))
    monkeypatch.setattr("core.business.SAMPLE_BUSINESS", sample)
    assert _refused(sample).found == "no `model_down`"


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [
        ("---\nid: refunds", "id: refunds", 1, "id: refunds"),
        ("version: 1", "version: one", 4, "'one'"),
        ("version: 1", "verson: 1", 4, "`verson`"),
        ("## 2 What", "## 1 What", 9, "section 1 a second time"),
    ],
)
def test_a_wrong_policy_document_is_refused(copy: Path, old: str, new: str, line: int, found: str) -> None:
    error, _ = _break(copy, "policies/refunds.md", old, new)
    assert error.line == line
    assert found in error.found


def test_a_policy_without_numbered_sections_is_refused(copy: Path) -> None:
    (copy / "policies" / "refunds.md").write_text(
        "---\nid: refunds\ntitle: R\nversion: 1\n---\nAll is well.\n"
    )
    error = _refused(copy)
    assert (error.line, error.found) == (6, "no numbered section")


def test_an_empty_list_file_is_an_empty_list(copy: Path) -> None:
    (copy / "seed" / "bookings.yaml").write_text("# none yet\n")
    assert load_business(copy).seed.bookings == ()
