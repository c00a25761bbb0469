package centre

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// writeProblem answers err as an RFC 9457 problem with a published reason. An
// error that is no refusal is the centre's own: the caller learns that, and the
// log keeps what it was. Neither ever holds a code or anything personal,
// because no error text does.
func writeProblem(w http.ResponseWriter, log *slog.Logger, now time.Time, err error) {
	var refusal *casework.Refusal
	if !errors.As(err, &refusal) {
		log.Error("a request failed", "error", err)
		refusal = casework.Refuse(casework.CentreFailing, "")
	}
	p := protocol.Problem{Type: "https://counterfoil.example/problems/" + string(refusal.Kind), Status: statusOf(refusal.Kind), Reason: refusal.Kind}
	p.Title = refusal.Detail
	if p.Title == "" {
		p.Title = http.StatusText(p.Status)
	}
	switch refusal.Kind {
	case casework.TriesExhausted:
		p.Retry = untilMidnight(now)
	case casework.ClerkSlowed:
		p.Retry = int((refusal.Wait + time.Second - 1) / time.Second)
	case casework.LedgerUnreachable, casework.CentreFailing:
		p.Retry = 2
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a broken connection needs no answer
}

// untilMidnight is the rest of the day in China, in seconds: then budgets begin
// anew.
func untilMidnight(now time.Time) int {
	const day = 24 * 3600
	return day - int((now.Unix()+8*3600)%day)
}

func statusOf(kind casework.RefusalKind) int {
	switch kind {
	case casework.Malformed, casework.CodeMalformed, casework.LinkAltered, casework.UnsupportedSuite:
		return http.StatusBadRequest
	case casework.CounterNotEnrolled, casework.WrongHall, casework.WrongItem, casework.WrongKind, casework.KeyNotEntitled, casework.KeySuspended,
		casework.ClerkRefused, casework.ClerkSuspended:
		return http.StatusForbidden
	case casework.CodeUnknown, casework.GrantUnknown, casework.NotIssuedHere, casework.HolderUnknown, casework.ReportUnknown, casework.RosterMissing:
		return http.StatusNotFound
	case casework.AlreadyDone, casework.CodeUsed, casework.GrantUsed, casework.GrantNotYet, casework.Declined, casework.KeyWithdrawn:
		return http.StatusConflict
	case casework.CodeExpired, casework.RequestExpired, casework.GrantLapsed, casework.GrantWithdrawn:
		return http.StatusGone
	case casework.CodeLocked:
		return http.StatusLocked
	case casework.TriesExhausted, casework.ClerkSlowed:
		return http.StatusTooManyRequests
	case casework.LedgerUnreachable:
		return http.StatusServiceUnavailable
	case casework.CentreFailing:
		return http.StatusInternalServerError
	}
	return http.StatusUnprocessableEntity
}
