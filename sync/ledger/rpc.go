package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/go-resty/resty/v2"
)

// maxAnswer bounds a node's answer, in bytes: a commit of a hundred validators
// is 30 KB, an entry at most 16 KB.
const maxAnswer = 1 << 20

// caller makes JSON-RPC calls to one address.
type caller struct{ http *resty.Client }

func newCaller(address string, o Options) caller {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: min(o.Request, 2*time.Second)}).DialContext,
		TLSClientConfig:     o.TLS,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     time.Minute,
		ForceAttemptHTTP2:   true,
	}
	return caller{resty.New().SetBaseURL(address).SetTransport(transport).SetTimeout(o.Request).
		SetRedirectPolicy(resty.NoRedirectPolicy()).SetResponseBodyLimit(maxAnswer).SetLogger(silent{})}
}

// rpcError is an error that the node itself reports.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    string `json:"data"`
}

// Error returns the code alone: the text may quote what was sent.
func (e *rpcError) Error() string { return "RPC error " + strconv.Itoa(e.Code) }

// call makes one call. The error is an *rpcError that the node reports, or a
// *Failure: no answer, an error of the server, or no answer of ours.
func (c caller) call(ctx context.Context, method string, params map[string]any, result any) error {
	body := map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
	r, err := c.http.R().SetContext(ctx).SetHeader("Content-Type", "application/json").SetBody(body).Post("/")
	switch {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		return &Failure{Trouble: Garbled, Detail: "an answer too large"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Failure{Trouble: Unreachable, Detail: "the answer broke off"}
	case err != nil:
		return &Failure{Trouble: Unreachable, Detail: "no answer"}
	}
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  *rpcError       `json:"error"`
	}
	malformed := json.Unmarshal(r.Body(), &answer) != nil
	switch {
	case !malformed && answer.Error != nil:
		return answer.Error
	case r.StatusCode() >= http.StatusInternalServerError:
		return &Failure{Trouble: Failing, Detail: "HTTP " + strconv.Itoa(r.StatusCode())}
	case malformed || r.StatusCode() != http.StatusOK || len(answer.Result) == 0:
		return &Failure{Trouble: Garbled, Detail: "not an answer to the call"}
	case json.Unmarshal(answer.Result, result) != nil:
		return &Failure{Trouble: Garbled, Detail: "an answer of another form"}
	}
	return nil
}

// silent keeps resty's warnings off the standard error stream; failures are
// reported by the client.
type silent struct{}

// Errorf writes nothing.
func (silent) Errorf(string, ...any) {}

// Warnf writes nothing.
func (silent) Warnf(string, ...any) {}

// Debugf writes nothing.
func (silent) Debugf(string, ...any) {}
