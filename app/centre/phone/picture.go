package phone

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/skip2/go-qrcode"

	"counterfoil/app/casework"
)

// svg is a drawing that a call answers with.
type svg string

// codePicture draws the live code for the counter's scanner.
func (h *handler) codePicture(r *http.Request, holder string) (any, error) {
	made, ok, err := h.Authorization.LiveCode(r.Context(), holder)
	if err != nil {
		return nil, err
	}
	if !ok || made.Used || made.Code == "" {
		return nil, casework.Refuse(casework.CodeUnknown, "no live code")
	}
	return drawCode(made.Code)
}

// drawCode draws the eight digits as a QR, and nothing but the digits: a scanner
// types what it reads, and digits alone pass every keyboard layout and every
// input method. A link around them was the alternative: refused, because an
// input method that is on makes words of its letters.
func drawCode(code string) (svg, error) {
	q, err := qrcode.New(code, qrcode.Medium)
	if err != nil {
		return "", err
	}
	bits := q.Bitmap() // with the quiet zone of four modules
	var path strings.Builder
	for y, row := range bits {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return svg(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%[2]s"/></svg>`, len(bits), path.String())), nil
}
