package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

// adminOf returns a client of the administrator's interface of the centre that
// runs on a home.
func adminOf(home string) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(home, socket))
	}}}
}

// errNoCentre says that nobody listens on the home's socket.
var errNoCentre = errors.New("no centre answers on this home; start it with serve")

// asRefusal reads the centre's problem document.
func asRefusal(res *http.Response) error {
	var p protocol.Problem
	if json.NewDecoder(res.Body).Decode(&p) != nil {
		return casework.Refuse(casework.CentreGarbled, "the centre's answer can't be read")
	}
	return fmt.Errorf("%s: %s", p.Reason, p.Title)
}

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
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://centre"+protocol.PathHandedOut+"?"+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	res, err := adminOf(home).Do(req)
	if err != nil {
		return nil, errNoCentre
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, asRefusal(res)
	}
	return h, json.NewDecoder(res.Body).Decode(&h.List)
}
