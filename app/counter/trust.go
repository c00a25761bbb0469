package counter

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/receipt"
)

// trusted follows the trust at the start, and says in the log what did not lead on.
func (c *Counter) trusted(ctx context.Context) (receipt.Trust, error) {
	v, left, err := c.follow(ctx)
	if err != nil {
		return receipt.Trust{}, err
	}
	if len(left) > 0 {
		c.options.Log.Warn("kept links of the ledger's validators are left out", "links", len(left), "why", left[0].Error())
	}
	return v.Trust(), nil
}

// follow leads the trust of the settings through the links that the journal keeps;
// left is why some of them did not lead on.
//
// A link that does not verify is left out, and the log says so; the client fetches
// it again when a receipt needs it, where it is proved like any other. To refuse
// the whole journal as damaged would keep a counter shut for something that any
// node can give again. It costs no more than a counter that was off while the
// validators changed costs: until the link is back, the set before it counts on.
// Links from before a trust that was renewed in the settings are left out, too.
func (c *Counter) follow(ctx context.Context) (v *receipt.Verifier, left []error, err error) {
	settings, err := receipt.ParseTrust(c.options.Trust)
	if err != nil {
		return nil, nil, casework.Refuse(casework.SettingsInvalid, "the trust document can't be read")
	}
	v, err = settings.Follow()
	if err != nil {
		return nil, nil, casework.Refuse(casework.SettingsInvalid, "the trust document leads nowhere: "+err.Error())
	}
	kept, err := c.Journal.Links(ctx)
	if err != nil {
		return nil, nil, err
	}
	links, left := parsed(kept)
	if all, err := v.Extend(links...); err == nil {
		return all, left, nil
	}
	for _, l := range links { // one does not hold: the others, as far as they lead
		longer, err := v.Extend(l)
		if err != nil {
			left = append(left, err)
			continue
		}
		v = longer
	}
	return v, left, nil
}

func parsed(kept [][]byte) (links []receipt.Link, left []error) {
	for _, raw := range kept {
		l, err := receipt.ParseLink(raw)
		if err != nil {
			left = append(left, err)
			continue
		}
		links = append(links, l)
	}
	return links, left
}

// keepLink makes a link durable before the client uses it.
func (c *Counter) keepLink(ctx context.Context, l receipt.Link) error {
	raw, err := l.Encode()
	if err != nil {
		return err
	}
	return c.Journal.KeepLink(ctx, l.Header.Height, raw)
}

// trustDocument returns the trust document of the settings with the links that led
// on from there: with it, receipts of every set that was followed hold offline.
func (c *Counter) trustDocument(ctx context.Context) ([]byte, error) {
	v, _, err := c.follow(ctx)
	if err != nil {
		return nil, err
	}
	return v.Trust().Encode()
}
