"""The accuracy set: short clinical stories with what the service must and must not say of each."""
