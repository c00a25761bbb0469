package centre

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/phone"
	"counterfoil/app/protocol"
)

// ledgerTime bounds the wait for a block. What is not recorded by then is
// carried there later; whoever asked is told that the ledger can't be reached.
const ledgerTime = 20 * time.Second

// register puts a grant on the ledger. The statement is dated by the grant
// itself, so that registering again makes the very same bytes, which the ledger
// knows as one.
func (c *Centre) register(ctx context.Context, g casework.Grant) (authorization.Place, error) {
	return c.submit(ctx, c.keys.authority, protocol.RegisterGrant(c.keys.chain, g, g.From))
}

func (c *Centre) revoke(ctx context.Context, id casework.GrantID, at time.Time) (authorization.Place, error) {
	return c.submit(ctx, c.keys.authority, protocol.RevokeGrant(c.keys.chain, id, at))
}

func (c *Centre) submit(ctx context.Context, signer crypto.Signer, s protocol.Statement) (authorization.Place, error) {
	raw, _, err := protocol.SignStatement(signer, s)
	if err != nil {
		return authorization.Place{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, ledgerTime)
	defer cancel()
	digest, height, err := c.node.Submit(ctx, raw)
	switch {
	case err == nil:
		return authorization.Place{Entry: digest, Height: height}, nil
	case errors.Is(err, chain.ErrStopped), errors.Is(err, context.DeadlineExceeded):
		return authorization.Place{}, casework.Refuse(casework.LedgerUnreachable, "the ledger recorded nothing in time")
	}
	c.o.Log.Error("the ledger refused a statement", "subject", s.Subject, "reason", casework.KindOf(err))
	return authorization.Place{}, err
}

// receipt finds what the QR of the pad's last screen leads to: a case on the
// ledger, by its id. What it was about is only for the holder of its grant.
func (c *Centre) receipt(ctx context.Context, holder, token string) (phone.Receipt, bool) {
	var at casework.Standing
	if !c.ask(ctx, protocol.LedgerCase+token, &at) {
		return phone.Receipt{}, false
	}
	r := phone.Receipt{Case: at.Case, Hall: at.Hall, Counter: at.Counter, Time: at.Last, Digest: at.Head}
	var where protocol.Recorded
	if c.ask(ctx, protocol.LedgerEntry+at.Head.String(), &where) {
		r.Height = where.Height
	}
	if g, ok := c.auth.GrantOf(ctx, holder, at.Grant); ok {
		r.Item, r.Needs = g.Item, g.Needs
	}
	return r, true
}

// ask puts a query to the ledger's node over its RPC, as any reader would.
func (c *Centre) ask(ctx context.Context, path string, into any) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.node.URL()+"/abci_query?path="+url.QueryEscape(`"`+path+`"`), nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var answer struct {
		Result struct {
			Response struct {
				Code  uint32 `json:"code"`
				Value []byte `json:"value"`
			} `json:"response"`
		} `json:"result"`
	}
	if json.NewDecoder(http.MaxBytesReader(nil, res.Body, protocol.MaxBytes)).Decode(&answer) != nil {
		return false
	}
	r := answer.Result.Response
	return r.Code == protocol.LedgerTaken && json.Unmarshal(r.Value, into) == nil
}
