"""Where proto/cs/operations.json says something else than the SDK: operation and place; the file, the SDK, and why."""

DIFFERS = {
    ('DeleteAlertContact', 'answer'): (
        'array', 'array read as object',
        'the SDK contradicts itself: it declares a list, as its sibling DeleteAlertContactGroup answers, and reads an object',
    ),
}
