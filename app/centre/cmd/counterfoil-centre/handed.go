package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

// longOpen is for how many days a case may stay open until its licences are
// called up: the centre answers for no more at once.
const longOpen = 30

// handedOut asks the centre that runs on a home what it handed out to a counter
// from the beginning of a day on.
func handedOut(ctx context.Context, home string, of audit.Of) (*audit.Handed, error) {
	from, now := protocol.StartOf(of.Day), time.Now()
	until := from.AddDate(0, 0, longOpen)
	if now.Before(until) {
		until = now.Add(time.Second) // it is written without fractions
	}
	h := &audit.Handed{At: until}
	q := url.Values{"hall": {string(of.Hall)}, "counter": {string(of.Counter)}, "from": {from.Format(time.RFC3339)}, "until": {until.Format(time.RFC3339)}}
	return h, askAdmin(ctx, home, http.MethodGet, protocol.PathHandedOut+"?"+q.Encode(), nil, http.StatusOK, &h.List)
}
