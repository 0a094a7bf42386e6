import { describeDenials } from "./permissions.fixture.ts";

describeDenials(0, 2);
