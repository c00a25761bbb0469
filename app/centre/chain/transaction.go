package chain

import (
	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// transaction is an opened transaction: an entry or a statement. It depends on
// its bytes alone and is shared between the phases of a block.
type transaction struct {
	digest    casework.Digest
	envelope  protocol.Envelope
	entry     *casework.Entry
	statement *protocol.Statement
	verified  bool // the signature holds under the key that the envelope names
}

func open(raw []byte, digest casework.Digest) (*transaction, error) {
	envelope, err := protocol.Unseal(raw)
	if err != nil {
		return nil, err
	}
	tx := &transaction{digest: digest, envelope: envelope}
	if envelope.Type == protocol.TypeStatement {
		s, _, err := protocol.OpenStatement(raw)
		tx.statement = &s
		return tx, err
	}
	e, _, err := protocol.OpenEntry(raw)
	tx.entry = &e
	return tx, err
}

// verify checks the signature once: a key's id is the hash of its bytes, so the
// same id can never mean another key.
func (tx *transaction) verify(key protocol.PublicKey) error {
	if tx.verified {
		return nil
	}
	err := tx.envelope.Verify(key)
	tx.verified = err == nil
	return err
}

// opened remembers transactions between CheckTx, the proposal and the block, so
// that each is decoded and verified once instead of five times.
type opened struct {
	known map[casework.Digest]*transaction
	size  int // of their bytes, more or less
}

// maxOpened bounds the opened transactions, in bytes; a few blocks' worth.
const maxOpened = 8 << 20

func (o *opened) open(raw []byte, digest casework.Digest) (*transaction, error) {
	if tx, ok := o.known[digest]; ok {
		return tx, nil
	}
	tx, err := open(raw, digest)
	if err != nil {
		return nil, err
	}
	if o.size += len(raw); o.known == nil || o.size > maxOpened {
		o.known, o.size = map[casework.Digest]*transaction{}, len(raw)
	}
	o.known[digest] = tx
	return tx, nil
}

func (o *opened) forget(digest casework.Digest) {
	if tx, ok := o.known[digest]; ok {
		o.size -= len(tx.envelope.Raw)
		delete(o.known, digest)
	}
}
