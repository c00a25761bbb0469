// A PKCS#11 module for tests that is SoftHSM's but for one thing: like a UKey it
// counts wrong PINs, says so before the last one, and then is locked until the
// program ends. SoftHSM itself counts none.
#include <dlfcn.h>
#include <stddef.h>

typedef unsigned long ulong;

// What is used of PKCS #11 2.40: the list of functions, and where they stand in it.
enum { GET_FUNCTION_LIST = 3, GET_TOKEN_INFO = 6, LOGIN = 18, FUNCTIONS = 68 };
enum { OK = 0, PIN_INCORRECT = 0xA0, PIN_LOCKED = 0xA4, GENERAL_ERROR = 5 };
enum { FINAL_TRY = 0x20000, LOCKED = 0x40000 };
enum { MOST = 3 };

struct list {
	unsigned char version[2];
	void *function[FUNCTIONS];
};

// The beginning of CK_TOKEN_INFO.
struct info {
	unsigned char label[32], maker[32], model[16], serial[16];
	ulong flags;
};

static struct list ours, *theirs;
static int wrong;

static ulong login(ulong session, ulong user, unsigned char *pin, ulong length) {
	if (wrong >= MOST)
		return PIN_LOCKED;
	ulong answer = ((ulong(*)(ulong, ulong, unsigned char *, ulong))theirs->function[LOGIN])(session, user, pin, length);
	if (answer == PIN_INCORRECT)
		wrong++;
	if (answer == OK)
		wrong = 0;
	return answer;
}

static ulong token_info(ulong slot, struct info *into) {
	ulong answer = ((ulong(*)(ulong, struct info *))theirs->function[GET_TOKEN_INFO])(slot, into);
	if (answer == OK && wrong == MOST - 1)
		into->flags |= FINAL_TRY;
	if (answer == OK && wrong >= MOST)
		into->flags |= LOCKED;
	return answer;
}

ulong C_GetFunctionList(struct list **out) {
	if (!theirs) {
		void *module = dlopen(SOFTHSM, RTLD_NOW | RTLD_LOCAL);
		if (!module)
			return GENERAL_ERROR;
		ulong (*get)(struct list **) = (ulong(*)(struct list **))dlsym(module, "C_GetFunctionList");
		if (!get || get(&theirs) != OK)
			return GENERAL_ERROR;
		ours = *theirs;
		ours.function[GET_FUNCTION_LIST] = (void *)C_GetFunctionList;
		ours.function[GET_TOKEN_INFO] = (void *)token_info;
		ours.function[LOGIN] = (void *)login;
	}
	*out = &ours;
	return OK;
}
