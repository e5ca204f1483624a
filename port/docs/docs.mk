# SPDX-License-Identifier: MIT
# Documents that come from one source: the client's tables of options and exit statuses, its README,
# and the public headers.
#
# Man pages and completions are in the tree, so that whoever installs needs no Python and no second
# build for this machine. A test says when they are stale.

DOCS := port/docs
MAN_PAGES := $(wildcard $(DOCS)/man/*.[135])

$(BUILD)/$(DOCS)/tables.o: INCLUDES += $(POSIX) -Iexamples/cli
$(BUILD)/docs/tables: $(BUILD)/$(DOCS)/tables.o $(filter-out %/main.o,$(CLI_OBJECTS)) $(LIBS)
	@mkdir -p $(@D)
	$(call short,LINK,$@) $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^)
$(BUILD)/docs/tables.json: $(BUILD)/docs/tables
	@$< >$@.new && mv $@.new $@

.PHONY: docs docs-tables
docs: docs-tables $(BUILD)/docs/html/index.html ## developer: write man pages, completions, the manual
docs-tables: $(BUILD)/docs/tables.json
	$(call short,DOCS,$(DOCS) examples/cli/README.md) python3 $(DOCS)/make_docs.py $< .

# The manual of the library as HTML, and as man pages. Those of headers get our name before theirs,
# because other packages have an error.h too. Doxygen takes no care of lines that begin with a quote.
$(BUILD)/docs/html/index.html: $(DOCS)/Doxyfile $(DOCS)/docs.mk $(wildcard include/pgtask/*.h) include/README.md \
    port/posix/pgtask_posix.h
	@command -v doxygen >/dev/null || port/build/deps.sh docs
	@rm -rf $(BUILD)/docs/html $(BUILD)/docs/man
	@mkdir -p $(BUILD)/docs
	$(call short,DOXY,$(@D)) { cat $<; echo "PROJECT_NUMBER = $(VERSION)"; \
	    echo "OUTPUT_DIRECTORY = $(BUILD)/docs"; } | doxygen -
	@cd $(BUILD)/docs/man/man3 && rm -f README.md.3 _*.3 pgtask.h.3 && sed -i "s/^'/\\\\\\&&/" *.3 && \
	    for page in *.h.3; do case $$page in pgtask*) ;; *) mv $$page pgtask_$$page ;; esac; done

# --- Installation ---

COMPLETIONS := bash-completion/completions/pgtask zsh/site-functions/_pgtask fish/vendor_completions.d/pgtask.fish
INSTALLED += $(MANDIR)/man1/pgtask*.1 $(MANDIR)/man3/pgtask*.3 $(MANDIR)/man5/pgtask*.5 \
    $(addprefix $(DATADIR)/,$(COMPLETIONS))

# The pages of headers go along if `make docs` has made them.
.PHONY: install-docs
install: install-docs
install-docs:
	$(INSTALL) -d $(addprefix $(DESTDIR)$(MANDIR)/,man1 man3 man5) \
	    $(addprefix $(DESTDIR)$(DATADIR)/,$(dir $(COMPLETIONS)))
	$(INSTALL) -m 644 $(filter %.1,$(MAN_PAGES)) $(DESTDIR)$(MANDIR)/man1/
	$(INSTALL) -m 644 $(filter %.3,$(MAN_PAGES)) $(wildcard $(BUILD)/docs/man/man3/*.3) $(DESTDIR)$(MANDIR)/man3/
	$(INSTALL) -m 644 $(filter %.5,$(MAN_PAGES)) $(DESTDIR)$(MANDIR)/man5/
	for file in $(COMPLETIONS); do case $$file in bash*) source=pgtask.bash ;; *) source=$${file##*/} ;; esac; \
	    $(INSTALL) -m 644 $(DOCS)/completions/$$source $(DESTDIR)$(DATADIR)/$$file || exit; done
