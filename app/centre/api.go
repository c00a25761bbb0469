package centre

import (
	"context"
	_ "embed" // the interface's description
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/protocol"
)

// pathOpenAPI serves the description of the interface.
const pathOpenAPI = "/v1/openapi.json"

//go:embed openapi.json
var openAPI []byte

const (
	maxBody     = 64 << 10 // of a JSON body, in bytes
	requestTime = 30 * time.Second
)

// route is one method and path with what answers it.
type route struct {
	method, path string
	answer       func(r *http.Request, who authorization.Caller) (status int, body any, err error)
}

// countersRoutes is the whole interface for counters; openapi.json describes it
// and a test compares the two.
func (c *Centre) countersRoutes() []route {
	return []route{
		{http.MethodGet, protocol.PathAbout, c.getAbout},
		{http.MethodPost, protocol.PathRedeem, c.postRedeem},
		{http.MethodPost, protocol.PathRequests, c.postRequest},
		{http.MethodGet, protocol.PathRequest, c.getRequest},
		{http.MethodDelete, protocol.PathRequest, c.deleteRequest},
		{http.MethodPost, protocol.PathRetrieve, c.postRetrieve},
		{http.MethodGet, protocol.PathRevocations, c.getRevocations},
		{http.MethodPut, protocol.PathWiped, c.putWiped},
		{http.MethodPut, protocol.PathEvidence, c.putEvidence},
		{http.MethodGet, protocol.PathRoster, c.getRoster},
		{http.MethodPost, protocol.PathOwnPassword, c.postOwnPassword},
		{http.MethodGet, pathOpenAPI, getOpenAPI},
	}
}

// countersAPI serves the routes to enrolled counters: who calls is what the
// key of the connection says, never what the body says.
func (c *Centre) countersAPI() http.Handler {
	mux := http.NewServeMux()
	for _, r := range c.countersRoutes() {
		mux.HandleFunc(r.method+" "+r.path, func(w http.ResponseWriter, req *http.Request) {
			who, err := c.callerOf(req)
			if err != nil {
				writeProblem(w, c.o.Log, c.o.Now(), err)
				return
			}
			c.answer(w, req, r, who)
		})
	}
	return c.orProblem(mux)
}

func (c *Centre) callerOf(r *http.Request) (authorization.Caller, error) {
	if r.TLS == nil {
		return authorization.Caller{}, casework.Refuse(casework.CounterNotEnrolled, "not a TLS connection")
	}
	key, err := protocol.PeerKey(*r.TLS)
	if err != nil {
		return authorization.Caller{}, err
	}
	return c.caller(r.Context(), key)
}

func (c *Centre) answer(w http.ResponseWriter, req *http.Request, r route, who authorization.Caller) {
	if r.path != protocol.PathEvidence {
		req.Body = http.MaxBytesReader(w, req.Body, maxBody)
	}
	ctx, cancel := context.WithTimeout(req.Context(), requestTime+waitOf(req))
	defer cancel()
	status, body, err := r.answer(req.WithContext(ctx), who)
	switch {
	case err != nil && req.Context().Err() != nil:
		panic(http.ErrAbortHandler) // the counter left, or the centre stops: no answer is better than a wrong one
	case err != nil:
		writeProblem(w, c.o.Log, c.o.Now(), err)
	case body == nil:
		w.WriteHeader(status)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

// orProblem answers what no route takes as a problem too.
func (c *Centre) orProblem(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			writeProblem(w, c.o.Log, c.o.Now(), casework.Refuse(casework.Malformed, "no such path or method"))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// read takes a JSON body of known fields.
func read(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return casework.Refuse(casework.Malformed, "the body is not the JSON that the path takes")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return casework.Refuse(casework.Malformed, "something follows the body")
	}
	return nil
}

// waitOf returns how long a poll may wait, at most protocol.MaxWait.
func waitOf(r *http.Request) time.Duration {
	n, err := strconv.Atoi(r.URL.Query().Get("wait"))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, protocol.MaxWait)) * time.Second
}
