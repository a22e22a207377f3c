// SPDX-License-Identifier: GPL-2.0-only
/* Any command with any data to a library, with a robot that fails now and then. */
#include <stdlib.h>

#include "fake/library.h"
#include "fuzz/commands.h"

static void happen(struct fake_library *l, unsigned int event)
{
	l->fail_load = event == 1;
	l->fail_unload = event == 2;
	l->fail_save = event == 3;
	l->later = event == 4;
	l->has_hook = event == 5 || event == 6;
	l->hook_refuses = event == 6;
	l->fail_as = event == 7 ? ROBOT_NO_ANSWER : ROBOT_REFUSED;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct fake_library l;
	unsigned int event;
	struct step row;

	fake_library_init(&l);
	for (int i = 0; i < COMMANDS_MAX && fuzz_command(&in, &row, &event); i++) {
		happen(&l, event);
		script_send(&l.script, &row);
		for (int n = 0; !l.script.answer.came && n < 8; n++)
			fake_answer(&l);
		fuzz_must(l.script.answer.came, "an answer comes");
		fuzz_answered(&row, &l.script.answer);
		fuzz_must(!fake_check(&l, "fuzz"), "inventory and drives agree");
	}
	free(l.script.answer.in);
	l.script.answer.in = NULL;
	fake_library_release(&l);
	return 0;
}
