package chain

import (
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// verdict is the application's answer to one transaction.
type verdict struct {
	code      uint32
	codespace string // casework.RefusalKind
	log       string
}

func (v verdict) taken() bool { return v.code == protocol.LedgerTaken }

// err returns the refusal that the verdict carries.
func (v verdict) err() error {
	switch v.code {
	case protocol.LedgerRefused:
		return casework.Refuse(casework.RefusalKind(v.codespace), v.log)
	case protocol.LedgerFailing:
		return errors.New("chain: " + v.log)
	}
	return nil
}

// verdictOf turns the outcome of the rules into an answer. An error that is
// neither is the store's and ends the node: a validator that cannot read its
// state must not vote.
func verdictOf(err error) (verdict, error) {
	var refusal *casework.Refusal
	switch {
	case err == nil:
		return verdict{code: protocol.LedgerTaken}, nil
	case errors.Is(err, errAlready):
		return verdict{code: protocol.LedgerAlready, log: "recorded already"}, nil
	case errors.As(err, &refusal):
		return verdict{code: protocol.LedgerRefused, codespace: string(refusal.Kind), log: refusal.Detail}, nil
	}
	return verdict{}, err
}
