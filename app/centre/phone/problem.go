package phone

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
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
	p.Retry = int(math.Ceil(casework.WaitOf(err).Seconds()))
	var tries *identity.TriesError
	if errors.As(err, &tries) {
		p.Left = tries.Left
	}
	writeJSON(w, p.Status, "application/problem+json", p)
}

// statusOf maps a reason to HTTP's closest word.
func statusOf(kind casework.RefusalKind) int {
	switch kind {
	case casework.SignInNeeded:
		return http.StatusUnauthorized
	case casework.PINWrong, casework.KeyNotEntitled, casework.NotIssuedHere, casework.ConfirmNeeded, casework.PasskeyRefused, casework.PasskeyCopied:
		return http.StatusForbidden
	case casework.PINLocked, casework.ReportsFull:
		return http.StatusTooManyRequests
	case casework.CodeUnknown, casework.GrantUnknown, casework.ReportUnknown, casework.WrongReceipt, casework.PasskeyUnknown, casework.EnrolmentUnknown:
		return http.StatusNotFound
	case casework.RequestExpired, casework.CodeExpired, casework.GrantLapsed, casework.GrantWithdrawn:
		return http.StatusGone
	case casework.Malformed, casework.LinkAltered, casework.WrongHall, casework.WrongItem, casework.WrongKind, casework.PasswordWeak:
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
