package ledger

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"counterfoil/sync/ledger/receipt"
)

// extend follows the changes of the validators that a node shows, up to a header
// that names an unknown set. What the node says of where they changed is a hint
// only: each change is proved by the set before it. A node that can't prove the
// header's set has forged it.
func (c *Client) extend(ctx context.Context, n *node, s receipt.Sealed) error {
	unknown := func(v *receipt.Verifier) bool {
		_, err := v.Header(s)
		return errors.Is(err, receipt.ErrSet)
	}
	return c.learn(ctx, n, s.Header.Height, unknown)
}

// Follow takes over every change of the validators that a node proves. A header is
// verified without those after which the set was a trusted one again; what was
// recorded in between is not. The error is a *Failure: no node shows them all.
func (c *Client) Follow(ctx context.Context) error {
	if c.verifier.Load() == nil {
		return &Failure{Trouble: Failing, Detail: "the trusted validators do not hold", ours: true}
	}
	nodes, barred := c.order("")
	var err error = barred
	if barred == nil {
		err = &Failure{Trouble: Unreachable, Detail: "no node is configured"}
	}
	for _, n := range nodes {
		s, _, at := c.at(ctx, n, 0)
		if err = asFailure(at); err == nil {
			err = c.learn(ctx, n, s.Header.Height, func(*receipt.Verifier) bool { return true })
		}
		if err == nil {
			return nil
		}
		c.fail(n, err)
	}
	return err
}

// learn takes over the changes up to a height that a node shows, if they are
// needed.
func (c *Client) learn(ctx context.Context, n *node, height int64, needed func(*receipt.Verifier) bool) error {
	longer, links, err := c.longer(ctx, n, height, needed)
	if err != nil || len(links) == 0 {
		return err
	}
	for _, l := range links { // not under the lock: another node's header may need a change, too
		seen, err := longer.Header(l.Sealed)
		if err != nil {
			return &Failure{Trouble: Forged, Detail: err.Error(), Height: l.Header.Height}
		}
		if err := c.judge(ctx, n, seen); err != nil {
			return err
		}
	}
	return c.follow(ctx, n, links)
}

// longer fetches the changes below a height that are not known yet and returns a
// verifier that follows them, and the links, in the order of their heights. A node
// names a change as soon as its application has taken it, a block or two before it
// has the header that proves it.
func (c *Client) longer(ctx context.Context, n *node, height int64, needed func(*receipt.Verifier) bool) (*receipt.Verifier, []receipt.Link, error) {
	c.extending.Lock()
	defer c.extending.Unlock()
	v := c.verifier.Load()
	if !needed(v) {
		return v, nil, nil // another one was quicker
	}
	heights, err := n.sets(ctx)
	if err != nil {
		return nil, nil, err
	}
	heights = slices.DeleteFunc(heights, func(h int64) bool {
		return h >= height || slices.ContainsFunc(v.Trust().Links, func(l receipt.Link) bool { return l.Header.Height == h })
	})
	slices.Sort(heights)
	var links []receipt.Link
	for _, h := range slices.Compact(heights) {
		l, err := n.link(ctx, h)
		if err != nil {
			return nil, nil, err
		}
		if l != nil {
			links = append(links, *l)
		}
	}
	longer, err := v.Extend(links...)
	if err != nil {
		return nil, nil, &Failure{Trouble: Forged, Detail: "a change of validators: " + err.Error(), Height: height}
	}
	return longer, links, nil
}

// follow has new links kept, and uses them from then on.
func (c *Client) follow(ctx context.Context, n *node, links []receipt.Link) error {
	c.extending.Lock()
	defer c.extending.Unlock()
	v, err := c.verifier.Load().Extend(links...)
	if err != nil { // what another node showed meanwhile contradicts them
		return &Failure{Trouble: Forged, Detail: "a change of validators: " + err.Error(), Height: links[0].Header.Height}
	}
	for _, l := range links {
		if c.o.Keep == nil {
			break
		}
		if err := c.o.Keep(ctx, l); err != nil {
			return &Failure{Trouble: Failing, Detail: "a change of validators could not be kept", Height: l.Header.Height, ours: true}
		}
	}
	for _, l := range links {
		c.o.Log.Info("the ledger's validators changed", "height", l.Header.Height, "validators", len(l.Validators), "node", n.address)
	}
	c.verifier.Store(v)
	return nil
}

// link fetches what proves a change after a height; nil, nil when nothing
// changed there. Nothing of it is verified.
func (n *node) link(ctx context.Context, height int64) (*receipt.Link, error) {
	s, err := n.commit(ctx, height)
	if err != nil {
		return nil, unproved(err, height)
	}
	if bytes.Equal(s.Header.NextValidatorsHash, s.Header.ValidatorsHash) {
		return nil, nil
	}
	set, err := n.validators(ctx, height+1)
	if err != nil {
		return nil, unproved(err, height)
	}
	return &receipt.Link{Sealed: s, Validators: set}, nil
}

// unproved says what it means that a node can't show a change that it names: it
// lies, unless it keeps only the newest blocks.
func unproved(err error, height int64) error {
	if _, ok := err.(*rpcError); ok && !says(err, "lowest height") {
		return &Failure{Trouble: Forged, Detail: "a change of validators that the node can't show", Height: height}
	}
	return asFailure(err)
}
