package phone

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// refuse answers with problem details (RFC 9457). What is no refusal is a
// failure of ours: it is logged with the route's pattern, which holds no token,
// and not told.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	kind := casework.KindOf(err)
	if kind == "" {
		h.Log.Error("phone call failed", "route", r.Pattern, "error", err.Error())
		kind = casework.CentreFailing
	}
	p := protocol.Problem{Type: "https://counterfoil.example/problems/" + string(kind), Title: string(kind), Status: statusOf(kind), Reason: kind}
	var wait *waitError
	if errors.As(err, &wait) {
		p.Retry = int(wait.left.Seconds())
	}
	writeJSON(w, p.Status, "application/problem+json", p)
}

// waitError is a refusal that passes with time.
type waitError struct {
	error
	left time.Duration
}

// Unwrap returns the refusal.
func (e *waitError) Unwrap() error { return e.error }

// checkPIN refuses a wrong PIN, and says how long a locked one stays locked.
func (h *handler) checkPIN(holder, pin string) error {
	err := h.Repository.CheckPIN(holder, pin, h.Now())
	if casework.KindOf(err) == casework.PINLocked {
		return &waitError{err, h.Repository.PINLeft(holder, h.Now())}
	}
	return err
}

// statusOf maps a reason to HTTP's closest word.
func statusOf(kind casework.RefusalKind) int {
	switch kind {
	case casework.SignInNeeded:
		return http.StatusUnauthorized
	case casework.PINWrong, casework.KeyNotEntitled, casework.NotIssuedHere:
		return http.StatusForbidden
	case casework.PINLocked:
		return http.StatusTooManyRequests
	case casework.CodeUnknown, casework.GrantUnknown, casework.WrongReceipt:
		return http.StatusNotFound
	case casework.RequestExpired, casework.CodeExpired, casework.GrantLapsed, casework.GrantWithdrawn:
		return http.StatusGone
	case casework.Malformed, casework.LinkAltered, casework.WrongHall, casework.WrongItem, casework.WrongKind:
		return http.StatusBadRequest
	case casework.CentreFailing:
		return http.StatusInternalServerError
	case casework.LedgerUnreachable:
		return http.StatusServiceUnavailable
	}
	return http.StatusConflict
}

func writeJSON(w http.ResponseWriter, status int, media string, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	w.Write(raw)
}
