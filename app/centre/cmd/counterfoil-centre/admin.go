package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
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

// askAdmin calls the administrator's interface of the centre that runs on a home. give
// is the body, take what is answered with the status want; nil where there is none.
func askAdmin(ctx context.Context, home, method, path string, give any, want int, take any) error {
	var body io.Reader
	if give != nil {
		raw, err := json.Marshal(give)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://centre"+path, body)
	if err != nil {
		return err
	}
	if give != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := adminOf(home).Do(req)
	if err != nil {
		return errNoCentre
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode != want:
		return asRefusal(res)
	case take == nil:
		return nil
	}
	return json.NewDecoder(res.Body).Decode(take)
}
