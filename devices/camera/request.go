package camera

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/icholy/digest"

	"counterfoil/app/casework"
)

// errElsewhere: a redirect that is not followed.
var errElsewhere = errors.New("camera: the camera sends elsewhere")

// request asks for the stream, and a second time with a password when the
// camera wants one: not before, or a camera that takes digests would be told
// the password in the clear.
func (d *Dev) request(ctx context.Context) (*http.Response, error) {
	address, err := url.Parse(d.opts.URL)
	if err != nil || address.Host == "" {
		return nil, casework.Refuse(casework.CameraMissing, "the address is not one")
	}
	user, password := d.opts.User, d.opts.Password
	if user == "" && address.User != nil {
		user = address.User.Username()
		password, _ = address.User.Password()
	}
	address.User = nil // or the client would send it at once
	resp, err := d.get(ctx, address, "", nearby)
	if err == nil && resp.StatusCode == http.StatusUnauthorized && user != "" {
		resp.Body.Close()
		at := resp.Request.URL // where a redirect led
		authorization, ok := answer(resp.Header, at, user, password)
		if !ok {
			return nil, casework.Refuse(casework.CameraPassword, "the camera wants an authentication that is neither digest nor basic")
		}
		resp, err = d.get(ctx, at, authorization, stay)
	}
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		return nil, casework.Refuse(casework.CameraPassword, "the camera answers "+http.StatusText(resp.StatusCode))
	}
	return nil, casework.Refuse(casework.CameraMissing, "the camera answers "+http.StatusText(resp.StatusCode))
}

func (d *Dev) get(ctx context.Context, at *url.URL, authorization string, redirect func(*http.Request, []*http.Request) error) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, casework.Refuse(casework.CameraMissing, "the address is not one")
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	client := *d.opts.Client
	client.CheckRedirect = redirect
	resp, err := client.Do(req)
	switch {
	case errors.Is(err, errElsewhere):
		return nil, casework.Refuse(casework.CameraMissing, "the camera sends elsewhere")
	case err != nil: // its text holds the address
		return nil, casework.Refuse(casework.CameraMissing, "nothing answers at the address")
	}
	return resp, nil
}

// nearby follows a few redirects within the same host, as cameras send from a
// page to its stream, and none that gives up encryption.
func nearby(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > 3 || req.URL.Hostname() != first.Hostname() || first.Scheme == "https" && req.URL.Scheme != "https" {
		return errElsewhere
	}
	return nil
}

// stay follows no redirect: a password is for the place that asked for it.
func stay(*http.Request, []*http.Request) error { return errElsewhere }

// answer answers the camera's challenge: with a digest (RFC 7616), if it takes
// one, or else with the password itself (RFC 7617).
func answer(asked http.Header, at *url.URL, user, password string) (string, bool) {
	if challenge, err := digest.FindChallenge(asked); err == nil {
		credentials, err := digest.Digest(challenge, digest.Options{Method: http.MethodGet, URI: at.RequestURI(), Count: 1, Username: user, Password: password})
		if err == nil {
			return credentials.String(), true
		}
	}
	for _, value := range asked.Values("WWW-Authenticate") {
		if scheme, _, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "basic") {
			basic := http.Request{Header: http.Header{}}
			basic.SetBasicAuth(user, password)
			return basic.Header.Get("Authorization"), true
		}
	}
	return "", false
}
