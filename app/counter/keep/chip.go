package keep

import (
	"cmp"
	"os"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"

	"counterfoil/app/casework"
)

// defaultChip is the kernel's resource manager, which several programs may use.
const defaultChip = "/dev/tpmrm0"

func (m Means) chip() string { return cmp.Or(m.Chip, defaultChip) }

// chipThere reports whether there is a TPM that this user may use.
func (m Means) chipThere() bool {
	if _, err := os.Stat(m.chip()); err != nil {
		return false
	}
	_, root, err := m.openRoot()
	if err != nil {
		return false
	}
	root.done()
	return true
}

// newInChip has the TPM seal a new key under its storage root key (TCG TPM 2.0
// Provisioning Guidance, §7.5.1): only this chip, until it is cleared, opens it.
// It is bound to no measured state of the system: an update of the system must not
// take a journal away.
func (m Means) newInChip(h *head) ([]byte, error) {
	t, root, err := m.openRoot()
	if err != nil {
		return nil, err
	}
	defer root.done()
	lock := random(lockSize)
	made, err := tpm2.Create{
		ParentHandle: root.handle,
		InSensitive:  tpm2.TPM2BSensitiveCreate{Sensitive: &tpm2.TPMSSensitiveCreate{Data: tpm2.NewTPMUSensitiveCreate(&tpm2.TPM2BSensitiveData{Buffer: lock})}},
		InPublic: tpm2.New2B(tpm2.TPMTPublic{Type: tpm2.TPMAlgKeyedHash, NameAlg: tpm2.TPMAlgSHA256,
			ObjectAttributes: tpm2.TPMAObject{FixedTPM: true, FixedParent: true, UserWithAuth: true, NoDA: true}}),
	}.Execute(t)
	if err != nil {
		return nil, refusedChip("it seals nothing")
	}
	h.Chip = &sealed{Public: made.OutPublic.Bytes(), Private: made.OutPrivate.Buffer}
	return lock, nil
}

func (m Means) fromChip(h head) ([]byte, error) {
	if h.Chip == nil {
		return nil, damaged("the file lacks a part")
	}
	t, root, err := m.openRoot()
	if err != nil {
		return nil, err
	}
	defer root.done()
	there, err := tpm2.Load{ParentHandle: root.handle, InPublic: tpm2.BytesAs2B[tpm2.TPMTPublic](h.Chip.Public), InPrivate: tpm2.TPM2BPrivate{Buffer: h.Chip.Private}}.Execute(t)
	if err != nil {
		return nil, refusedChip("it is another chip than the one that sealed the key")
	}
	defer func() { _, _ = tpm2.FlushContext{FlushHandle: there.ObjectHandle}.Execute(t) }()
	public, err := root.public.Contents()
	if err != nil {
		return nil, refusedChip("its storage root can't be read")
	}
	session := tpm2.HMAC(tpm2.TPMAlgSHA256, 16, tpm2.Salted(root.handle.Handle, *public), tpm2.AESEncryption(128, tpm2.EncryptOut)) // nothing in clear on the wires to the chip
	open, err := tpm2.Unseal{ItemHandle: tpm2.AuthHandle{Handle: there.ObjectHandle, Name: there.Name, Auth: session}}.Execute(t)
	if err != nil || len(open.OutData.Buffer) != lockSize {
		return nil, refusedChip("it does not open the key")
	}
	return open.OutData.Buffer, nil
}

// root is the storage root key, loaded; done takes it out of the chip again and lets
// the chip go.
type root struct {
	handle tpm2.AuthHandle
	public tpm2.TPM2BPublic
	done   func()
}

// openRoot opens the chip and makes the storage root key, which is the same each time
// until the chip is cleared.
func (m Means) openRoot() (transport.TPM, root, error) {
	t, err := openChip(m.chip())
	if err != nil {
		return nil, root{}, refusedChip("it does not answer")
	}
	made, err := tpm2.CreatePrimary{PrimaryHandle: tpm2.TPMRHOwner, InPublic: tpm2.New2B(tpm2.ECCSRKTemplate)}.Execute(t)
	if err != nil {
		_ = t.Close()
		return nil, root{}, refusedChip("it has no storage root")
	}
	return t, root{tpm2.AuthHandle{Handle: made.ObjectHandle, Name: made.Name, Auth: tpm2.PasswordAuth(nil)}, made.OutPublic,
		func() {
			_, _ = tpm2.FlushContext{FlushHandle: made.ObjectHandle}.Execute(t)
			_ = t.Close()
		}}, nil
}

func refusedChip(why string) error { return casework.Refuse(casework.ChipRefused, why) }
