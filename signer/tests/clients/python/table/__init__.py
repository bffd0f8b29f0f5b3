"""The tables, by what they are about; KINTO.md, section 2, in requests."""

from . import batch, endpoints, errors, filters, headers, patch, permissions, preconditions, signer

SUBJECTS = {
    module.__name__.rpartition(".")[2]: module.ROWS
    for module in (endpoints, errors, headers, preconditions, filters, patch, permissions, batch, signer)
}
