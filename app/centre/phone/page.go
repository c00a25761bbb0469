package phone

import (
	"embed"
	"html/template"
	"net/http"
	"path"

	"counterfoil/app/centre/repository"
)

//go:embed page
var files embed.FS

// page serves the one page; which view it shows is for its script to see.
func (h *handler) page(w http.ResponseWriter, r *http.Request) {
	t, err := template.ParseFS(files, "page/index.html")
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	t.Execute(w, struct {
		Practice bool
		PIN      string
	}{h.Practice, repository.PracticePIN})
}

// file serves the page's own files. They are small and asked for anew each
// time: a citizen must never see yesterday's page after an update.
func (h *handler) file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	media, ok := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[path.Ext(name)]
	raw, err := files.ReadFile("page/" + path.Base(name))
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(raw)
}

// root serves the root certificate of a practice page, to be installed on a
// phone that is to reach it.
func (h *handler) root(w http.ResponseWriter, r *http.Request) {
	if h.Root == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/x-x509-ca-cert")
	w.Header().Set("Content-Disposition", `attachment; filename="counterfoil-practice-root.crt"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(h.Root)
}
