"""stub"""


def find_earlier_doses(*a, **k):
    raise NotImplementedError
