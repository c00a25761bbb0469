package phone

import (
	"bytes"
	"encoding/base64"
	"net/http"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// idText is a passkey's id as it stands in addresses.
func idText(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// beginConfirm asks for the passkey; nothing where the practice password confirms.
func (h *handler) beginConfirm(r *http.Request, s session) (any, error) {
	if s.passkey == nil {
		return nil, nil
	}
	return h.Identity.BeginConfirm(r.Context(), s.holder)
}

// finishConfirm takes a passkey's answer. The password is taken only from who
// signed in with it: it does not stand for a passkey.
func (h *handler) finishConfirm(r *http.Request, s session) (any, error) {
	var in protocol.Confirm
	err := read(r, &in)
	switch {
	case err != nil:
	case s.passkey == nil && h.Practice:
		err = h.Identity.CheckPassword(r.Context(), s.holder, in.PIN)
	default:
		err = h.Identity.FinishConfirm(r.Context(), s.holder, in.Answer)
	}
	if err != nil {
		return nil, err
	}
	h.sessions.confirm(r, h.Now().Add(confirmLife))
	return nil, nil
}

func (h *handler) passkeys(r *http.Request, s session) (any, error) {
	kept, err := h.Identity.Passkeys(r.Context(), s.holder)
	if err != nil {
		return nil, err
	}
	list := make([]protocol.PhonePasskey, 0, len(kept))
	for _, p := range kept {
		list = append(list, protocol.PhonePasskey{ID: idText(p.ID), Name: p.Name, Added: p.Added, Used: p.Used, Here: bytes.Equal(p.ID, s.passkey), Copied: p.Copied})
	}
	return list, nil
}

func (h *handler) beginAdd(r *http.Request, holder string) (any, error) {
	return h.Identity.BeginAdd(r.Context(), holder)
}

func (h *handler) finishAdd(r *http.Request, holder string) (any, error) {
	var in protocol.PasskeyAnswer
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return nil, h.Identity.FinishAdd(r.Context(), holder, in.Name, in.Answer)
}

func (h *handler) removePasskey(r *http.Request, holder string) (any, error) {
	id, err := base64.RawURLEncoding.DecodeString(r.PathValue("id"))
	if err != nil {
		return nil, casework.Refuse(casework.PasskeyUnknown, "")
	}
	return nil, h.Identity.Remove(r.Context(), holder, id)
}

func (h *handler) anotherPhone(r *http.Request, holder string) (any, error) {
	code, err := h.Identity.AnotherDevice(r.Context(), holder)
	return protocol.HolderCode{Code: code.Code, Until: code.Until, Page: h.Identity.Origin()}, err
}

func (h *handler) setPassword(r *http.Request, holder string) (any, error) {
	var in protocol.NewPassword
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return nil, h.Identity.SetPassword(r.Context(), holder, in.Password)
}
