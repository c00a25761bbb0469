package ledger

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/proof"
	"counterfoil/sync/ledger/receipt"
)

// Answer is a record of the ledger's state with all that proves it.
type Answer struct {
	Path   string
	Value  []byte         // deterministic CBOR, see protocol.Ledger…; nil: proved that there is none
	Height int64          // of the state
	Time   time.Time      // the ledger's, of the header that proves it
	Header receipt.Sealed // of the next height: names the state by its application hash
	Proof  []byte         // ICS 23
	Node   string         // who answered
}

// lag is how many blocks a node's state may be older than the newest that this
// client has verified: nodes get a block some milliseconds apart.
const lag = 3

// Read returns a record of the state, believed only by its proof against a header
// that the trusted validators signed; a node that proves nothing, or an older
// state than another has shown, is left for the next. The state is that before
// the newest block. Health, before, lets Read know how new that is.
func (c *Client) Read(ctx context.Context, path string) (Answer, error) {
	nodes, barred := c.order("")
	failed := error(&Failure{Trouble: Unreachable, Detail: "no node is configured"})
	if barred != nil {
		failed = barred
	}
	for _, n := range nodes {
		a, err := c.readAt(ctx, n, path)
		if err == nil {
			c.answered(n)
			return a, nil
		}
		if ctx.Err() != nil {
			return Answer{}, ctx.Err()
		}
		c.fail(n, err)
		failed = err
	}
	return Answer{}, failed
}

func (c *Client) readAt(ctx context.Context, n *node, path string) (Answer, error) {
	var said struct {
		Response struct {
			Code     uint32 `json:"code"`
			Value    []byte `json:"value"`
			Height   int64  `json:"height,string"`
			ProofOps struct {
				Ops []struct {
					Type string `json:"type"`
					Data []byte `json:"data"`
				} `json:"ops"`
			} `json:"proofOps"`
		} `json:"response"`
	}
	if err := n.rpc.call(ctx, "abci_query", map[string]any{"path": path, "prove": true}, &said); err != nil {
		return Answer{}, asFailure(err)
	}
	r := said.Response
	if r.Code == protocol.LedgerFailing || len(r.ProofOps.Ops) != 1 || r.ProofOps.Ops[0].Type != protocol.LedgerProof || r.Height < 1 {
		return Answer{}, &Failure{Trouble: Failing, Detail: "an answer without a proof"}
	}
	if newest := c.newest(); r.Height+1 < newest-lag {
		return Answer{}, &Failure{Trouble: Behind, Detail: "the node's state is older than one that another shows", Height: r.Height}
	}
	s, seen, err := c.at(ctx, n, r.Height+1)
	if err != nil {
		return Answer{}, asFailure(err)
	}
	if err := c.judge(ctx, n, seen); err != nil {
		return Answer{}, err
	}
	a := Answer{Path: path, Value: r.Value, Height: r.Height, Time: seen.Time, Header: s, Proof: r.ProofOps.Ops[0].Data, Node: n.address}
	if len(a.Value) == 0 {
		a.Value = nil
	}
	if err := proof.Verify(seen.AppHash, path, a.Value, a.Proof); err != nil {
		return Answer{}, &Failure{Trouble: Forged, Detail: err.Error(), Height: r.Height}
	}
	return a, nil
}

// newest returns the highest height that any node has proved to this client.
func (c *Client) newest() (top int64) {
	for _, n := range c.State().Nodes {
		top = max(top, n.Height)
	}
	return top
}

// Entry returns the signed bytes of an entry or a statement, by its digest, with
// their verified receipt. Nil bytes say that no node that answers has it.
func (c *Client) Entry(ctx context.Context, digest casework.Digest) ([]byte, casework.Receipt, error) {
	nodes, _ := c.order("")
	var failed error
	for _, n := range nodes {
		raw, r, err := c.entryAt(ctx, n, digest)
		switch {
		case err == nil && raw != nil:
			c.answered(n)
			return raw, r, nil
		case ctx.Err() != nil:
			return nil, casework.Receipt{}, ctx.Err()
		case err != nil:
			c.fail(n, err)
			failed = err
		}
	}
	return nil, casework.Receipt{}, failed
}

func (c *Client) entryAt(ctx context.Context, n *node, digest casework.Digest) ([]byte, casework.Receipt, error) {
	var found struct {
		txAnswer
		Tx []byte `json:"tx"`
	}
	there, err := n.find(ctx, digest, &found)
	switch {
	case !there:
		return nil, casework.Receipt{}, err
	case protocol.DigestOf(found.Tx) != digest:
		return nil, casework.Receipt{}, &Failure{Trouble: Forged, Detail: "other bytes than those of the digest"}
	}
	r, err := c.located(ctx, n, found.txAnswer, found.Tx, digest)
	return found.Tx, r, err
}
