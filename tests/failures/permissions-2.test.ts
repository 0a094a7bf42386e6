import { describeDenials } from "./permissions.fixture.ts";

describeDenials(1, 2);
