// Package phone is the citizen's page: the stand-in for the city's app. It
// serves one page (embedded HTML, CSS and ES modules: no framework, no build
// step) in Chinese and English, and the calls of protocol/phone.go behind it.
//
// It knows who is signed in and turns codes into names. It must not decide who
// somebody is (package identity does) or who may use a licence (package
// authorization does), read a
// licence's content (it shows which fields are asked, never their values), or
// put anything personal into an address or a log.
//
// What keeps a foreign page out: the session is an HttpOnly, SameSite=Strict
// cookie; every changing call needs the header X-Counterfoil, which a form or a
// picture can't send and a foreign script is not allowed to; a browser that
// says that the call comes from elsewhere (Sec-Fetch-Site) is refused; the
// content security policy permits our own files and nothing inline; and the
// page only ever sets text, never HTML.
package phone
