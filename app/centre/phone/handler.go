package phone

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/repository"
	"counterfoil/app/protocol"
)

// Options is what the page needs. Receipt and Log may be nil.
type Options struct {
	Repository    *repository.Repository
	Identity      *identity.Service
	Authorization *authorization.Service
	Catalogue     *catalogue.Catalogue
	Home          casework.HallID // the hall offered first for a code; empty: the catalogue's first
	Practice      bool            // watermark; one signs in as an invented holder with the practice password, which is shown
	Secure        bool            // served over TLS, here or by a proxy: the cookie is then for TLS alone
	Root          []byte          // DER of the root of the page's certificate, for phones that do not know it; nil: none
	Now           func() time.Time
	Log           *slog.Logger

	// Receipt finds what the QR of the pad's last screen leads to. holder is
	// who is signed in, or "": the item and what was read may be filled in only
	// for the grant's own holder, the rest stands on the ledger for everybody.
	Receipt func(ctx context.Context, holder, token string) (Receipt, bool)

	Ledger Ledger
}

// handler serves the page and its calls.
type handler struct {
	Options
	sessions  *sessions
	assets    map[string]asset
	troubles  troubles
	proving   chan struct{}       // calls that ask the ledger now
	languages map[string]language // of files; "" is Chinese
}

// Handler returns the page with all its calls, to be mounted at "/".
func Handler(o Options) (http.Handler, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	own, err := assets()
	if err != nil {
		return nil, err
	}
	said, err := languages()
	if err != nil {
		return nil, err
	}
	h := &handler{Options: o, sessions: newSessions(), assets: own, languages: said, proving: make(chan struct{}, maxProving)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.page)
	mux.HandleFunc("GET /r/{token}", h.page)
	mux.HandleFunc("GET /v/{token}", h.page)
	mux.HandleFunc("GET /page/{name}", h.file)
	mux.HandleFunc("GET /root.crt", h.root)
	mux.Handle("GET "+protocol.PathHolders, h.open(h.holders))
	mux.Handle("POST "+protocol.PathSignIn, h.open(h.signIn))
	mux.Handle("DELETE "+protocol.PathSignIn, h.open(h.signOut))
	mux.Handle("POST "+protocol.PathSignInByKey, h.open(h.beginSignIn))
	mux.Handle("PUT "+protocol.PathSignInByKey, h.open(h.finishSignIn))
	mux.Handle("DELETE "+protocol.PathSessions, h.signed(h.signOutEverywhere))
	mux.Handle("POST "+protocol.PathEnrolPhone, h.open(h.beginEnrol))
	mux.Handle("PUT "+protocol.PathEnrolPhone, h.open(h.finishEnrol))
	mux.Handle("POST "+protocol.PathConfirm, h.personal(h.beginConfirm))
	mux.Handle("PUT "+protocol.PathConfirm, h.personal(h.finishConfirm))
	mux.Handle("GET "+protocol.PathPasskeys, h.personal(h.passkeys))
	mux.Handle("POST "+protocol.PathPasskeys, h.confirmed(h.beginAdd))
	mux.Handle("PUT "+protocol.PathPasskeys, h.signed(h.finishAdd))
	mux.Handle("DELETE "+protocol.PathPasskey, h.confirmed(h.removePasskey))
	mux.Handle("POST "+protocol.PathAnotherPhone, h.confirmed(h.anotherPhone))
	mux.Handle("PUT "+protocol.PathPassword, h.confirmed(h.setPassword))
	mux.Handle("GET /phone/receipts/{token}", h.open(h.receipt))
	mux.Handle("POST "+protocol.PathPhoneTrouble, h.open(h.trouble))
	mux.Handle("GET "+protocol.PathLedgerTrust, h.open(h.trust))
	mux.Handle("GET "+protocol.PathLedgerProof, h.open(h.proof))
	mux.Handle("GET "+protocol.PathLedgerCase, h.open(h.kase))
	mux.Handle("POST "+protocol.PathLedgerRead, h.open(h.wasRead))
	mux.Handle("GET "+protocol.PathPhoneNames, h.open(h.names))
	mux.Handle("GET "+protocol.PathMe, h.personal(h.me))
	mux.Handle("GET "+protocol.PathPhoneItems, h.signed(h.items))
	mux.Handle("GET "+protocol.PathCodes, h.signed(h.liveCode))
	mux.Handle("POST "+protocol.PathCodes, h.signed(h.makeCode))
	mux.Handle("GET "+protocol.PathCodePicture, h.signed(h.codePicture))
	mux.Handle("DELETE "+protocol.PathCodes, h.signed(h.endCode))
	mux.Handle("GET "+protocol.PathPhoneRequest, h.signed(h.consent))
	mux.Handle("POST "+protocol.PathPhoneAnswer, h.signed(h.answer))
	mux.Handle("GET "+protocol.PathPhoneRecords, h.signed(h.records))
	mux.Handle("POST "+protocol.PathRecordsFile, h.confirmed(h.recordsFile))
	mux.Handle("POST "+protocol.PathReportOdd, h.signed(h.reportOdd))
	mux.Handle("POST "+protocol.PathPhoneRevoke, h.signed(h.revoke))
	return headers(mux), nil
}

// openCall answers one call: a value for 200 (JSON, a drawing, or a file), nil for 204, or
// a refusal.
type openCall func(w http.ResponseWriter, r *http.Request) (any, error)

// signedCall is a call of somebody who is signed in.
type signedCall func(r *http.Request, holder string) (any, error)

// signed lets only a live session pass.
func (h *handler) signed(f signedCall) http.Handler {
	return h.personal(func(r *http.Request, s session) (any, error) { return f(r, s.holder) })
}

// personal is signed for a call that asks how one has signed in.
func (h *handler) personal(f func(*http.Request, session) (any, error)) http.Handler {
	return h.open(func(_ http.ResponseWriter, r *http.Request) (any, error) {
		s, err := h.session(r)
		if err != nil {
			return nil, err
		}
		if s.holder == "" {
			return nil, casework.Refuse(casework.SignInNeeded, "")
		}
		return f(r, s)
	})
}

// confirmed lets a call pass once after its holder has confirmed it. One that is
// refused, because a password is weak for example, leaves the confirmation.
func (h *handler) confirmed(f signedCall) http.Handler {
	return h.signed(func(r *http.Request, holder string) (any, error) {
		until, ok := h.sessions.spend(r, h.Now())
		if !ok {
			return nil, casework.Refuse(casework.ConfirmNeeded, "")
		}
		answer, err := f(r, holder)
		if err != nil {
			h.sessions.confirm(r, until)
		}
		return answer, err
	})
}

// session returns who is signed in, or a zero one. A session may have been ended
// from elsewhere.
func (h *handler) session(r *http.Request) (session, error) {
	s, ok := h.sessions.of(r, h.Now())
	if !ok {
		return session{}, nil
	}
	stands, err := h.Identity.Stands(r.Context(), s.holder, s.passkey, s.epoch)
	if err != nil || stands {
		return s, err
	}
	h.sessions.end(r)
	return session{}, nil
}

// open lets everybody pass whose call comes from our own page.
func (h *handler) open(f openCall) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Date", h.Now().UTC().Format(http.TimeFormat)) // the page counts down by it
		if err := own(r); err != nil {
			h.refuse(w, r, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		answer, err := f(w, r)
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		switch answer := answer.(type) {
		case nil:
			w.WriteHeader(http.StatusNoContent)
		case document:
			w.Header().Set("Content-Type", "application/json")
			w.Write(answer)
		case svg:
			w.Header().Set("Content-Type", "image/svg+xml")
			io.WriteString(w, string(answer))
		case linked:
			if answer.next != "" {
				w.Header().Set("Link", "<"+answer.next+`>; rel="next"`)
			}
			writeJSON(w, http.StatusOK, "application/json", answer.body)
		case download:
			w.Header().Set("Content-Type", answer.media)
			w.Header().Set("Content-Disposition", `attachment; filename="`+answer.name+`"`)
			w.Write(answer.content)
		default:
			writeJSON(w, http.StatusOK, "application/json", answer)
		}
	})
}
