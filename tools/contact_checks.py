"""Contacts and addresses, checked and brought to one form by well-kept libraries."""

import re
from collections.abc import Sequence

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from store.shop_records import AddressRecord
from tools.refusals import Retry

_POSTCODE = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]{1,10})[A-Z0-9]")


def clean_email(text: str, field: str = "email") -> str:
    """The address in its normal form. Retry names `field` when it is none."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Retry("bad_arguments", fields={field: [str(error)]}) from None


def clean_phone(text: str, countries: Sequence[str], field: str = "phone") -> str:
    """The number as E.164, `+35315550140`; without a prefix one of the first of `countries` that it fits.

    Retry when it fits none.
    """
    faults = []
    possible = []
    for country in countries:
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException as error:
            faults.append(str(error))
            continue
        fault = phonenumbers.is_possible_number_with_reason(number)
        if fault == phonenumbers.ValidationResult.IS_POSSIBLE:
            possible.append(number)
        else:
            faults.append(phonenumbers.ValidationResult.to_string(fault))
    if not possible:
        raise Retry("bad_arguments", fields={field: faults[:1]})
    # Numbers set aside for films and examples are possible, but not valid.
    best = next((number for number in possible if phonenumbers.is_valid_number(number)), possible[0])
    return phonenumbers.format_number(best, phonenumbers.PhoneNumberFormat.E164)


def phone_words(e164: str) -> str:
    """`+353 1 555 0140`."""
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def clean_address(line1: str, line2: str | None, town: str, postcode: str, country: str) -> AddressRecord:
    """The address with single spaces and capitals where they belong. Retry names each field at fault."""
    cleaned = AddressRecord(
        line1=_one_line(line1),
        line2=_one_line(line2 or "") or None,
        town=_one_line(town),
        postcode=_one_line(postcode).upper(),
        country=country.strip().upper(),
    )
    faults: dict[str, list[str]] = {}
    if not cleaned.line1:
        faults["line1"] = ["blank"]
    if not cleaned.town:
        faults["town"] = ["blank"]
    if not _POSTCODE.fullmatch(cleaned.postcode):
        faults["postcode"] = [_POSTCODE.pattern]
    if cleaned.country not in phonenumbers.SUPPORTED_REGIONS:
        faults["country"] = ["ISO 3166 alpha-2"]
    if faults:
        raise Retry("bad_arguments", fields=faults)
    return cleaned


def _one_line(text: str) -> str:
    return " ".join(text.split())
