-- How a shot's fields are like a person's, and how much more often that is seen of the shot's person than of
-- another (docs/cleaning.md: Suggestions).

CREATE MACRO number_likeness(shown, registered, malformed) AS CASE
    WHEN shown = '' THEN 'missing'
    WHEN shown = registered THEN 'same'
    WHEN strlen(shown) = strlen(registered) THEN CASE
        WHEN hamming(shown, registered) = 1 THEN 'one_digit'
        WHEN strlen(shown) = 12 AND right(shown, 9) = right(registered, 9) THEN 'one_digit'
        WHEN hamming(shown, registered) = 2 THEN 'two_digits'
        WHEN malformed THEN 'malformed'
        ELSE 'other'
    END
    WHEN abs(strlen(shown) - strlen(registered)) = 1 AND levenshtein(shown, registered) = 1 THEN 'one_digit'
    WHEN malformed THEN 'malformed'
    WHEN strlen(shown) = 9 AND strlen(registered) = 12 THEN 'old'
    ELSE 'other'
END;

CREATE MACRO name_likeness(shown, bare_shown, registered, bare_registered) AS CASE
    WHEN shown IS NULL OR registered IS NULL THEN 'unreadable'
    WHEN shown = registered THEN 'same'
    WHEN bare_shown = bare_registered THEN 'alike'
    WHEN abs(length(shown) - length(registered)) <= 2 AND levenshtein(shown, registered) <= 2 THEN 'near'
    ELSE 'other'
END;

CREATE MACRO birth_likeness(shown, registered) AS CASE
    WHEN shown IS NULL OR registered IS NULL THEN 'unreadable'
    WHEN same_birth(registered, shown) THEN
        CASE WHEN length(registered) < 10 THEN 'same_year' WHEN right(shown, 6) = '-01-01' THEN 'new_year' ELSE 'same' END
    ELSE birth_difference(registered, shown)
END;

-- The number is the person's: against it stands that another one's was written down, mostly of the household.
CREATE MACRO odds_by_number(name, birth) AS
    75
    * CASE name WHEN 'same' THEN 450 WHEN 'alike' THEN 30 WHEN 'near' THEN 1.5 WHEN 'unreadable' THEN 1 ELSE 0.04 END
    * CASE birth WHEN 'same' THEN 300 WHEN 'new_year' THEN 100 WHEN 'same_year' THEN 20 WHEN 'day_month_swapped' THEN 40
        WHEN 'year_only' THEN 40 WHEN 'one_digit' THEN 40 WHEN 'unreadable' THEN 1 ELSE 0.02 END;

-- How many times rarer than everybody the name is. In a small register most names stand once, which says little of
-- how rare they are: so one more is added, and 10,000 persons who have other names.
CREATE MACRO name_rarity(namesakes) AS (registered() + 10000) / (namesakes + 1);

-- The number is nearly the person's: against it stands that numbers lie near each other by chance.
CREATE MACRO odds_by_near_number(number, name, birth, namesakes) AS
    CASE number WHEN 'one_digit' THEN 2e7 ELSE 1e6 END / persons()
    * CASE name WHEN 'same' THEN 0.9 * name_rarity(namesakes) WHEN 'alike' THEN 300 WHEN 'near' THEN 3
        WHEN 'unreadable' THEN 1 ELSE 0.04 END
    * CASE birth WHEN 'same' THEN 360 WHEN 'new_year' THEN 20 WHEN 'day_month_swapped' THEN 40 WHEN 'one_digit' THEN 16
        WHEN 'year_only' THEN 1 WHEN 'same_year' THEN 1 WHEN 'unreadable' THEN 1 ELSE 0.01 END;

-- The number tells nothing, or speaks against it: against it stand namesakes born on the same day.
CREATE MACRO odds_by_name(name, birth, namesakes) AS
    CASE name WHEN 'same' THEN 0.9 / namesakes WHEN 'alike' THEN 100 / persons() WHEN 'near' THEN 3 / persons()
        ELSE 0.04 / persons() END
    * CASE birth WHEN 'same' THEN 20000 WHEN 'new_year' THEN 1000 WHEN 'day_month_swapped' THEN 600 WHEN 'same_year' THEN 54
        WHEN 'one_digit' THEN 30 WHEN 'year_only' THEN 1.2 WHEN 'unreadable' THEN 0.1 ELSE 0.02 END;

-- How likely such a number is shown by someone who stands in the register under another one.
CREATE MACRO odds_of_other_number(likeness, taken, fits) AS CASE
    WHEN likeness = 'missing' THEN 20
    WHEN taken THEN 2
    WHEN likeness = 'malformed' THEN 2
    WHEN likeness = 'old' THEN 3
    WHEN fits THEN 0.0001
    ELSE 0.1
END;

CREATE MACRO province_odds(shown, registered) AS
    CASE WHEN shown = registered THEN 10 WHEN shown <> '' AND registered <> '' THEN 0.06 ELSE 1 END;
