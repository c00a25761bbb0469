package phone

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"path"
	"strings"

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
		Practice    bool
		PIN, Origin string
	}{h.Practice, repository.PracticePIN, h.Identity.Origin()})
}

// asset is one of the page's own files as it is sent.
type asset struct {
	media string
	tag   string // changes with the content
	plain []byte
	gzip  []byte
}

// assets reads the page's files once and makes them small: a phone in a hall full
// of phones has little network.
func assets() (map[string]asset, error) {
	entries, err := files.ReadDir("page")
	if err != nil {
		return nil, err
	}
	all := map[string]asset{}
	for _, e := range entries {
		media, ok := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[path.Ext(e.Name())]
		if !ok {
			continue
		}
		raw, err := files.ReadFile("page/" + e.Name())
		if err != nil {
			return nil, err
		}
		raw = lean(raw)
		var small bytes.Buffer
		w, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		_, err = w.Write(raw)
		if err := errors.Join(err, w.Close()); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(raw)
		all[e.Name()] = asset{media: media + "; charset=utf-8", tag: `"` + hex.EncodeToString(sum[:12]) + `"`, plain: raw, gzip: small.Bytes()}
	}
	return all, nil
}

// lean leaves out what a phone has no use for: comments on lines of their own, and
// the space before a line. No line goes, so that a place in what is sent is one in
// the file that people read. (A bundler would save more and be a build step.)
func lean(raw []byte) []byte {
	lines := bytes.Split(raw, []byte("\n"))
	for i, line := range lines {
		if line = bytes.TrimLeft(line, " "); bytes.HasPrefix(line, []byte("//")) {
			line = nil
		}
		lines[i] = line
	}
	return bytes.Join(lines, []byte("\n"))
}

// file serves the page's own files. They are asked for anew each time, because a
// citizen must never see yesterday's page after an update, and sent where they
// have changed.
func (h *handler) file(w http.ResponseWriter, r *http.Request) {
	a, ok := h.assets[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", a.media)
	head.Set("Cache-Control", "no-cache")
	head.Set("ETag", a.tag)
	head.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == a.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		w.Write(a.gzip)
		return
	}
	w.Write(a.plain)
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
