"""What a shot, a person, a certificate is: schemas, value sets, doses and reasons of refusal."""
