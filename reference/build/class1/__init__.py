"""The recipe of the embedded class I model: from public data to packaged weights, in one command.

Run it from the top of the checkout as ``python -m reference.build.class1 build --proteome FASTA[.xz]``.

Stages, one module each: fetch → groove → curate → split → train → package → calibrate → evaluate.
"""
