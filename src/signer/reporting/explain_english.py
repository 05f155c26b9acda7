"""Findings in English."""

from __future__ import annotations

from signer.reporting.explain_findings import Actor, FindingClass
from signer.reporting.explain_language import Language

__all__ = ["ENGLISH"]

ENGLISH = Language(
    day="%Y-%m-%d",
    shot="shot {shot_id}",
    dose="dose {dose} of {series}",
    given_on="on {day}",
    who="who must act: {actor}",
    by_when="before {day} {time} (UTC{offset})",
    has_one="There is a certificate in force.",
    has_none="There is no certificate in force.",
    unknown="not told",
    classes={
        FindingClass.NEVER_ENTERED: "Never entered: no table of shots that was handed in has this, and there"
        " is no certificate.",
        FindingClass.NO_CERTIFICATE: "There is no certificate. Why not, only the rounds of cleaning can tell,"
        " and none was looked in.",
        FindingClass.SEVERAL_PERSONS: "{n} entries match this name and date of birth. Ask for the person's"
        " number; nothing is told of any of them.",
        FindingClass.NOT_ATTESTED: "Not attested: the file in which the facility handed in this shot was set"
        " aside. {files}",
        FindingClass.MISMATCH: "Does not fit the population register, field: {field}. Reason: {why}.",
        FindingClass.FAULTY: "The entry cannot be right, field: {field}. Reason: {why}.",
        FindingClass.WITHDRAWN: "Withdrawn: the facility has taken this shot out by a correction.",
        FindingClass.OTHER_NUMBER: "The shot was corrected and has its certificate under another number.",
        FindingClass.CORRECTED_WAITING: "Corrected and verified; waits for the next run of issuing.",
        FindingClass.NOT_ISSUED: "Verified, but not issued yet; waits for the next run of issuing.",
        FindingClass.EARLIER_DOSE: "Skipped as an earlier dose: the certificate of the latest dose stands for"
        " it.",
        FindingClass.REFUSED: "Refused at issuing on {refused}, field: {field}. Reason: {why}.",
        FindingClass.ISSUED: "Certificate {uvci}: issued on {issued}, expires on {expires}.",
        FindingClass.RENEWED: "Certificate {uvci}: renewed on {issued}, expires on {expires}.",
        FindingClass.RESTORED: "Certificate {uvci}: issued on {issued}, revoked once and restored on"
        " {ordered};"
        " expires on {expires}.",
        FindingClass.EXPIRED: "Certificate {uvci}: expired on {expires}; its renewal is overdue.",
        FindingClass.RENEWAL_REFUSED: "The certificate is not renewed, refused on {refused}, field: {field}."
        " Reason: {why}.",
        FindingClass.SUPERSEDED: "Certificate {uvci}: superseded by {by}, as the shot was corrected.",
        FindingClass.REVOKED: "Certificate {uvci}: revoked on {ordered}, ordered by {ordered_by}. Reason:"
        " {order_reason}.",
        FindingClass.DOSE_INCOMPLETE: "The series is not complete: the last dose that counts is {dose} of"
        " {series}.",
    },
    superseded_elsewhere="Certificate {uvci}: superseded, as the shot was corrected and now stands under"
    " another number.",
    never_entered_unread="{n} file(s) of the last round could not be read: it may stand in one of them.",
    likely_others="It is likely another person's shot under this number.",
    advice={
        FindingClass.NEVER_ENTERED: "Ask where and when the person was vaccinated; that facility enters the"
        " shot from its papers and hands it in.",
        FindingClass.NO_CERTIFICATE: "Look the person up again with --cleaned and the folders of all rounds.",
        FindingClass.SEVERAL_PERSONS: "Ask for the number of the identity document and look up by it.",
        FindingClass.NOT_ATTESTED: "The file must be signed and handed in again.",
        FindingClass.MISMATCH: "The facility compares the entry with the person's document and fills in its"
        " sheet of corrections; where the register is wrong, the police that keep it correct it.",
        FindingClass.FAULTY: "The facility corrects or withdraws the entry in its sheet of corrections.",
        FindingClass.WITHDRAWN: "If the person did get this dose, the facility enters it again.",
        FindingClass.CORRECTED_WAITING: "Nothing more is needed of the person.",
        FindingClass.NOT_ISSUED: "Nothing more is needed of the person.",
        FindingClass.REFUSED: "The row is corrected as the reason says, and handed in again.",
        FindingClass.EXPIRED: "The nightly renewal must be looked after.",
        FindingClass.RENEWAL_REFUSED: "The next night renews it once that is put right.",
        FindingClass.REVOKED: "Whoever thinks that this is wrong turns to whoever ordered it.",
        FindingClass.DOSE_INCOMPLETE: "The person gets the next dose; if it was given, ask where, as it was"
        " not entered.",
    },
    advice_to_profile="The vaccine is added to the profile, or its name in the row is put right; then the"
    " same row is handed in again.",
    actors={
        Actor.NOBODY: "nobody",
        Actor.PERSON: "the person",
        Actor.FACILITY: "the facility that gave the dose",
        Actor.SIGNATORY: "whoever signs the facility's files",
        Actor.CENTRAL: "whoever puts the tables together",
        Actor.PROFILE: "whoever keeps the profile",
        Actor.REGISTRY: "whoever keeps the registry",
        Actor.ISSUER: "whoever issues certificates",
        Actor.WHO_ORDERED: "whoever ordered the revocation",
    },
    fields={
        "shot_id": "id of the shot",
        "person_id": "person's number",
        "full_name": "full name",
        "date_of_birth": "date of birth",
        "sex": "sex",
        "vaccine": "vaccine",
        "dose_number": "number of the dose",
        "doses_in_series": "doses in the series",
        "vaccinated_on": "day of the vaccination",
        "facility": "facility",
    },
    reasons={
        "not_attested": "the file in which the shot was handed in is not signed as it must be",
        "number_missing": "the person's number is missing",
        "number_malformed": "the person's number is neither a CCCD nor a CMND",
        "person_not_found": "the population register has no such number",
        "both_differ": "name and date of birth are not those of the number",
        "name_differs": "the name is not that of the population register",
        "birth_differs": "the date of birth is not that of the population register",
        "number_of_other": "the number is that of a person of another sex or year of birth",
        "duplicate_shot": "another row has the same person, day and vaccine",
        "dose_conflict": "this and another dose of the person do not go together",
        "date_impossible": "the day of the vaccination is missing, or before the first vaccination",
        "date_in_future": "the day of the vaccination lies in the future",
        "vaccine_unknown": "the vaccine is missing or not known",
        "dose_impossible": "the number of the dose and that of the series do not go together",
        "name_unreadable": "the name is missing, or has characters that no certificate can carry",
        "birth_impossible": "the date of birth is no day that can be",
    },
    details={
        "not_digits": "it has other characters than digits",
        "length": "it has neither 9 nor 12 digits",
        "province": "no province has its first three digits",
        "year": "its year of birth has not come yet",
        "unreadable": "it cannot be read in the shot or in the register",
        "day_month_swapped": "day and month are changed over",
        "year_only": "the shot has the year of birth alone",
        "one_digit": "one digit of the date differs",
        "other": "the dates of birth have little in common",
        "sex": "the sex differs",
        "birth_year": "the year of birth differs",
        "count": "both have the same dose number",
        "order": "the higher dose comes first",
        "interval": "too few days lie between them",
    },
    refusals={
        "missing_value": "it is empty",
        "not_utf8": "its text is not in UTF-8",
        "value_too_long": "it is longer than allowed",
        "control_character": "it holds an invisible character",
        "foreign_character": "it holds a character that cannot be written in Latin letters",
        "name_nothing_left": "nothing of the name is left in Latin letters",
        "person_id_malformed": "it is neither 9 or 12 digits nor a passport number",
        "date_impossible": "the date cannot be",
        "date_in_future": "the date lies after the day of issue",
        "vaccinated_before_birth": "the vaccination is dated before the birth",
        "vaccine_unknown": "the vaccine is no known product",
        "dose_impossible": "the dose numbers do not go together",
        "duplicate": "an earlier row has the same id",
        "certificate_damaged": "the certificate in the registry cannot be read",
        "holder_not_found": "no person of that number is in the register",
        "holder_differs": "the register has something else",
    },
    set_aside={
        "file_unreadable": "cannot be read",
        "not_signed": "is not signed",
        "signature_unreadable": "its signature cannot be read",
        "signature_incomplete": "its signature is incomplete",
        "algorithm_refused": "its signature is of a kind that is not taken",
        "signature_wrong": "its signature is wrong",
        "signed_in_future": "was signed in the future",
        "not_in_force": "the signer's certificate was not in force",
        "not_trusted": "the signer's certificate is not trusted",
        "usage_wrong": "the signer's certificate is not for signing files",
        "names_no_place": "the signer's certificate names no place",
        "content_changed": "was changed after it was signed",
        "other_province": "has rows of another province than the signer's",
        "other_facility": "has rows of another facility than the signer's",
    },
)
