package main

import (
	"context"
	"fmt"
	"io"

	"counterfoil/app/centre/hall"
	"counterfoil/app/protocol"
)

// asked finds the counter and its key: in the words, or in the counter's own
// request, of which a person compares the fingerprint when all else holds.
func (e *enrolment) asked(ctx context.Context, h *hall.Home, in io.Reader, out io.Writer) (err error) {
	if e.file == "" {
		e.key, err = publicKey(e.text)
		return err
	}
	r, outer, _, err := e.read()
	if err != nil {
		return err
	}
	if r.Hall != string(h.Settings.Hall) {
		return fmt.Errorf("nothing was enrolled: the request is of counter %s of %s, this home is of %s", r.Counter, r.Hall, h.Settings.Hall)
	}
	if r.Replaces != "" {
		if err := handedOn(ctx, h, r, outer); err != nil {
			return err
		}
	}
	e.counter, e.key = r.Counter, r.Key
	return e.compare(r, in, out)
}

// handedOn checks that the key that is to be replaced is this very counter's on the
// ledger, not withdrawn, and signed for its successor. A suspended one may be
// replaced: a hall stops a key before it knows more. A successor that is enrolled
// is not asked again, so that its settings can be written when the key before is
// gone.
func handedOn(ctx context.Context, h *hall.Home, r protocol.KeyRequest, outer protocol.Envelope) error {
	node := rpc{h.Settings.URL()}
	if _, there, err := record[protocol.KeyState](ctx, node, protocol.LedgerKey+string(r.Key.ID())); err != nil || there {
		return err
	}
	before, there, err := record[protocol.KeyState](ctx, node, protocol.LedgerKey+r.Replaces)
	switch {
	case err != nil:
		return err
	case !there, before.Hall != r.Hall, before.Counter != r.Counter:
		return fmt.Errorf("nothing was enrolled: the key before, %s, is not enrolled for counter %s of %s", r.Replaces, r.Counter, r.Hall)
	case before.Withdrawn:
		return fmt.Errorf("nothing was enrolled: the key before, %s, was withdrawn for good and names nobody; the counter begins anew, in another folder", r.Replaces)
	}
	return r.ReplacedBy(before.Key, outer)
}
