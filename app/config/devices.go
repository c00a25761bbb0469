package config

import (
	"net/url"
	"strconv"
	"strings"

	"counterfoil/app/sheet"
)

func (rd *reader) devices(row *sheet.Row) {
	if row.Has("pad") {
		rd.s.Devices.Pad = row.OneOf("pad", "auto", "screen", "none")
	}
	if row.Has("pad_encryption") {
		rd.s.Devices.Encryption = row.OneOf("pad_encryption", "off", "auto")
	}
	if row.Has("citizen") {
		rd.s.Devices.Citizen = row.OneOf("citizen", "none", "second-monitor")
	}
	rd.s.Devices.Monitor = row.Maybe("monitor")
	for key, into := range map[string]*string{"camera": &rd.s.Devices.Camera, "document_camera": &rd.s.Devices.Document} {
		if s := row.Maybe(key); s != "" {
			*into = s
			if !camera(s) {
				row.Fault(key, sheet.WantCamera, key)
			}
		}
	}
	for key, into := range map[string]*int{"camera_turn": &rd.s.Devices.CameraTurn, "document_camera_turn": &rd.s.Devices.DocumentTurn} {
		if !row.Has(key) {
			continue
		}
		if *into = row.Number(key, 0, 270); *into%90 != 0 {
			row.Fault(key, sheet.NotOneOf, key, strconv.Itoa(*into), "0, 90, 180, 270")
		}
	}
	if d := rd.s.Devices; d.Document == d.Camera && d.Document != "none" {
		row.Fault("document_camera", sheet.SameCamera, "document_camera", "camera")
	}
	if s := row.Maybe("scanner"); s != "" {
		rd.s.Devices.Scanner = s
		if !scanner(s) {
			row.Fault("scanner", sheet.WantScanner, "scanner")
		}
	}
}

// camera reports whether s names a camera as Devices.Camera does.
func camera(s string) bool {
	if which, attached := strings.CutPrefix(s, Attached); attached {
		return which != ""
	}
	u, err := url.Parse(s)
	return s == "none" || s == "auto" || err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// scanner reports whether s names a scanner as Devices.Scanner does.
func scanner(s string) bool {
	for _, way := range []string{Serial, Input} {
		if which, ok := strings.CutPrefix(s, way); ok {
			return which != ""
		}
	}
	return s == "none" || s == "window"
}
