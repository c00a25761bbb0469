package phone

import (
	"encoding/json"
	"net/http"

	"counterfoil/app/casework"
)

// maxBody bounds what a call may send, in bytes: a new passkey with a long id and
// an RSA key is the most.
const maxBody = 16 << 10

// policy permits our own files and nothing inline; no other page may frame ours.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// headers puts what every answer carries.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer") // an address may hold a token
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)")
		next.ServeHTTP(w, r)
	})
}

// own refuses a call that a foreign page has caused. A browser that is too old
// to say where a call comes from is held by the header alone.
func own(r *http.Request) error {
	site := r.Header.Get("Sec-Fetch-Site")
	if site != "" && site != "same-origin" && site != "none" {
		return casework.Refuse(casework.KeyNotEntitled, "the call comes from another page")
	}
	if r.Method != http.MethodGet && r.Header.Get("X-Counterfoil") != "1" {
		return casework.Refuse(casework.KeyNotEntitled, "the call lacks the page's header")
	}
	return nil
}

// read reads the body of a call. Unknown fields are refused: a misspelt
// "agree" must not count as false.
func read(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil || d.More() {
		return casework.Refuse(casework.Malformed, "the body is not of this call")
	}
	return nil
}
