package phone

import (
	"net/http"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
	"counterfoil/app/protocol"
)

// signIn lets one be an invented holder, in practice alone.
func (h *handler) signIn(w http.ResponseWriter, r *http.Request) (any, error) {
	var in protocol.SignIn
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if !h.Practice {
		return nil, casework.Refuse(casework.KeyNotEntitled, "one signs in by passkey here")
	}
	if err := h.Identity.CheckPassword(r.Context(), in.Holder, in.PIN); err != nil {
		return nil, err
	}
	return nil, h.enter(w, r, session{holder: in.Holder})
}

func (h *handler) beginSignIn(http.ResponseWriter, *http.Request) (any, error) {
	return h.Identity.BeginSignIn()
}

func (h *handler) finishSignIn(w http.ResponseWriter, r *http.Request) (any, error) {
	var in protocol.PasskeyAnswer
	if err := read(r, &in); err != nil {
		return nil, err
	}
	holder, passkey, err := h.Identity.FinishSignIn(r.Context(), in.Answer)
	if err != nil {
		return nil, err
	}
	return nil, h.enter(w, r, session{holder: holder, passkey: passkey})
}

func (h *handler) beginEnrol(_ http.ResponseWriter, r *http.Request) (any, error) {
	var in protocol.EnrolPhone
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return h.Identity.BeginEnrol(r.Context(), in.Code)
}

// finishEnrol signs in, too, and counts as a confirmation: the phone has just
// verified its user, who now sets a password.
func (h *handler) finishEnrol(w http.ResponseWriter, r *http.Request) (any, error) {
	var in protocol.EnrolPhone
	if err := read(r, &in); err != nil {
		return nil, err
	}
	holder, passkey, err := h.Identity.FinishEnrol(r.Context(), in.Code, in.Name, in.Answer)
	if err != nil {
		return nil, err
	}
	return nil, h.enter(w, r, session{holder: holder, passkey: passkey, confirmed: h.Now().Add(identity.CodeLife)})
}

// enter begins a session.
func (h *handler) enter(w http.ResponseWriter, r *http.Request, s session) error {
	state, err := h.Identity.State(r.Context(), s.holder)
	if err != nil {
		return err
	}
	s.epoch = state.Epoch
	setCookie(w, h.sessions.start(r, s, h.Now()), h.Secure)
	return nil
}

func (h *handler) signOut(w http.ResponseWriter, r *http.Request) (any, error) {
	h.sessions.end(r)
	setCookie(w, "", h.Secure)
	return nil, nil
}

func (h *handler) signOutEverywhere(r *http.Request, holder string) (any, error) {
	return nil, h.Identity.EndSessions(r.Context(), holder)
}
