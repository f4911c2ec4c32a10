"""Binding predictors behind one protocol: the embedded models and MHCflurry's."""
