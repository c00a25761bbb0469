package desk_test

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

// expect compares one thing that can be seen with a word.
func (h *hall) expect(ctx context.Context, what, want string) error {
	got, err := h.look(ctx, what)
	if err == nil && got != want {
		err = fmt.Errorf("%s is %q", what, got)
	}
	return err
}

func (h *hall) look(ctx context.Context, what string) (string, error) {
	s, c := h.last, h.last.Case
	if c == nil {
		c = &desk.CaseView{ID: h.before}
	}
	switch what {
	case "stage":
		return string(s.Stage), nil
	case "still":
		size, err := jpeg.DecodeConfig(bytes.NewReader(s.Case.Still))
		return fmt.Sprintf("%dx%d", size.Width, size.Height), err
	case "screen":
		return string(s.ScreenKind), nil
	case "trial":
		return trial(s.Trial), nil
	case "problem":
		if s.Problem == nil {
			return "none", nil
		}
		return string(s.Problem.Kind), nil
	case "busy":
		return string(s.Busy), nil
	case "digits":
		return c.Digits, nil
	case "pad":
		return light(s.Pad), nil
	case "camera":
		return light(s.Camera), nil
	case "scanner":
		return light(s.Scanner), nil
	case "document":
		return light(s.Document), nil
	case "document-open":
		return fmt.Sprint(h.document.inUse()), nil
	case "camera-open":
		return fmt.Sprint(h.camera.inUse()), nil
	case "unfinished":
		return fmt.Sprint(len(s.Unfinished)), nil
	case "missing":
		return fmt.Sprint(len(c.Missing)), nil
	case "licences":
		return fmt.Sprint(len(c.Licences)), nil
	case "ink":
		return fmt.Sprint(len(s.Ink)), nil
	case "request":
		if c.Request == nil {
			return "none", nil
		}
		return c.Request.MatchWords + " " + string(c.Request.Status), nil
	case "requests":
		return fmt.Sprint(h.city.count()), nil
	case "withdrawn":
		return fmt.Sprint(h.city.ended(protocol.RequestWithdrawn)), nil
	case "method":
		return string(c.Method), nil
	case "acting":
		if c.Acting == nil {
			return "nobody", nil
		}
		return string(c.Acting.Role), nil
	case "ended":
		return string(c.Ended), nil
	case "revoked":
		return fmt.Sprint(c.Revoked), nil
	case "rail":
		return rail(c.Rail), nil
	case "kept":
		return h.kept(ctx, c.ID)
	case "attempts":
		return h.attempts(ctx, c.ID)
	case "content":
		return h.content(ctx, c.ID)
	}
	return "", fmt.Errorf("nothing is called %s", what)
}

// rail writes what is done, with a star at what is to do now.
func rail(steps []desk.RailStep) string {
	var words []string
	for _, s := range steps {
		switch s.State {
		case desk.RailDone:
			words = append(words, string(s.Kind))
		case desk.RailNow:
			words = append(words, string(s.Kind)+"*")
		}
	}
	return strings.Join(words, " ")
}

func (h *hall) kept(ctx context.Context, id casework.CaseID) (string, error) {
	r, err := h.journal.Case(ctx, id)
	var words []string
	for _, s := range r.Steps {
		words = append(words, string(s.Kind))
	}
	return strings.Join(words, " "), err
}

func (h *hall) attempts(ctx context.Context, id casework.CaseID) (string, error) {
	list, err := h.journal.Attempts(ctx, id)
	var words []string
	for _, a := range list {
		words = append(words, string(a.Why))
	}
	return strings.Join(words, " "), err
}

// content names every attachment of a case that can still be unsealed.
func (h *hall) content(ctx context.Context, id casework.CaseID) (string, error) {
	r, err := h.journal.Case(ctx, id)
	var words []string
	for _, s := range r.Steps {
		list, err := h.desk.Content(ctx, id, s.Seq)
		if casework.KindOf(err) == casework.ContentForgotten {
			return "forgotten", nil
		}
		if err != nil {
			return "", err
		}
		for _, a := range list {
			words = append(words, a.Name)
		}
	}
	return strings.Join(words, " "), err
}

// trial says what a live test has found, by kind.
func trial(t *desk.Trial) string {
	switch {
	case t == nil:
		return "none"
	case t.Of == desk.TryPad:
		return fmt.Sprintf("pad, %v reports, %d lost, %d strokes, gone %d", t.Reports > 0, t.Lost, t.Strokes, t.Gone)
	case t.Of == desk.TryCamera:
		return fmt.Sprintf("camera, %v frames of %v, %d a second, still %v, gone %d", t.Frames > 0, t.Size, t.PerSecond, t.Still, t.Gone)
	}
	return fmt.Sprintf("scanner, %d scans, %d characters, %q, gone %d", t.Scans, t.Length, t.Scan, t.Gone)
}
