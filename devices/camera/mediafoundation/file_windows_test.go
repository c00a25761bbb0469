//go:build amd64 || arm64

package mediafoundation

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// keepQueue keeps the queue on which the system's readers work. Wine 8 hangs when a
// reader that is let go of while it works is the last one with a share in it.
func keepQueue() {
	var class uint16 // "", which is the readers'
	var queue uint32
	plat := windows.NewLazySystemDLL("mfplat.dll")
	plat.NewProc("MFStartup").Call(0x00020070, 1) // or the queue would go with the last camera
	plat.NewProc("MFLockSharedWorkQueue").Call(uintptr(unsafe.Pointer(&class)), 0, 0, uintptr(unsafe.Pointer(&queue)))
}

// ofFile makes the source of a film, as the system's resolver does.
func ofFile(path string) func(*library) (*object, error) {
	keepQueue()
	return func(*library) (*object, error) {
		var resolver, any, source *object
		r, _, _ := windows.NewLazySystemDLL("mfplat.dll").NewProc("MFCreateSourceResolver").Call(uintptr(unsafe.Pointer(&resolver)))
		if failed(r) != nil {
			return nil, failed(r)
		}
		defer resolver.release()
		url, err := windows.UTF16PtrFromString(path)
		if err != nil {
			return nil, err
		}
		const fromURL, mediaSource, notByExtension = 3, 0x1, 0x10
		var kind uint32
		if err := resolver.call(fromURL, uintptr(unsafe.Pointer(url)), mediaSource, 0, uintptr(unsafe.Pointer(&kind)), uintptr(unsafe.Pointer(&any))); err != nil {
			return nil, err
		}
		defer any.release()
		err = any.call(queryInterface, uintptr(unsafe.Pointer(&iMediaSource)), uintptr(unsafe.Pointer(&source)))
		return source, err
	}
}

// film writes uncompressed pictures of two bytes a pixel as an AVI (RIFF) file.
func film(t testing.TB, width, height, frames int, picture func(i int) []byte) string {
	t.Helper()
	le := binary.LittleEndian
	words := func(v ...uint32) (b []byte) {
		for _, w := range v {
			b = le.AppendUint32(b, w)
		}
		return b
	}
	chunk := func(id string, data ...[]byte) []byte {
		var all []byte
		for _, d := range data {
			all = append(all, d...)
		}
		return append(append([]byte(id), words(uint32(len(all)))...), all...)
	}
	list := func(id, kind string, data ...[]byte) []byte {
		return chunk(id, append([][]byte{[]byte(kind)}, data...)...)
	}
	w, h, n, size := uint32(width), uint32(height), uint32(frames), uint32(2*width*height)
	yuy2 := le.Uint32([]byte("YUY2"))
	header := chunk("avih", words(33333, size*30, 0, 0x10, n, 0, 1, size, w, h, 0, 0, 0, 0))
	stream := chunk("strh", []byte("vidsYUY2"), words(0, 0, 0, 1, 30, 0, n, size, 0xFFFFFFFF, 0, 0, h<<16|w))
	shape := chunk("strf", words(40, w, h, 16<<16|1, yuy2, size, 0, 0, 0, 0))
	var movie, index [][]byte
	at := uint32(4)
	for i := range frames {
		p := chunk("00db", picture(i))
		movie, index = append(movie, p), append(index, append([]byte("00db"), words(0x10, at, size)...))
		at += uint32(len(p))
	}
	all := list("RIFF", "AVI ", list("LIST", "hdrl", header, list("LIST", "strl", stream, shape)), list("LIST", "movi", movie...), chunk("idx1", index...))
	dir, err := os.MkdirTemp("", "film-*")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "film.avi")
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // not TempDir's, which asks Wine for more than it has
		if err := errors.Join(os.Remove(path), os.Remove(dir)); err != nil {
			t.Error("somebody still has the film: ", err)
		}
	})
	return path
}
