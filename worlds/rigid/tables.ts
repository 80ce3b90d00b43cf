import {
  type Column,
  defineTable,
  enumOf,
  f64,
  type Quat,
  quat,
  ref,
  SimulationFrame,
  type TableSchema,
  u32,
  utf8,
  type Vec3,
  vec3,
} from '../../src/index.ts';

type Number = Column<number, false, false>;
type OptionalNumber = Column<number, true, false>;
type Vector = Column<Vec3, false, false>;
type OptionalVector = Column<Vec3, true, false>;
type Rotation = Column<Quat, false, false>;
type Label<L extends string> = Column<L, false, false>;
type Frame = Column<number, false, true>;

/** How a body moves, in the order of Rapier's `RigidBodyType`. */
export const MOTIONS = [
  'dynamic',
  'fixed',
  'kinematic_position',
  'kinematic_velocity',
  'soft_frame',
] as const;
/** How a body moves: one of {@link MOTIONS}. */
export type Motion = (typeof MOTIONS)[number];

/** What a body's collider is, in the order of Rapier's `ShapeType`, and what has several of them or none. */
export const SHAPES = [
  'ball',
  'cuboid',
  'capsule',
  'segment',
  'polyline',
  'triangle',
  'tri_mesh',
  'height_field',
  'compound',
  'convex_polyhedron',
  'cylinder',
  'cone',
  'round_cuboid',
  'round_triangle',
  'round_cylinder',
  'round_cone',
  'round_convex_polyhedron',
  'half_space',
  'voxels',
  'several',
  'none',
  'other',
] as const;
/** What a collider is: one of {@link SHAPES}. */
export type ShapeName = (typeof SHAPES)[number];

/** One row for each body of a run. */
export const Body: TableSchema<
  {
    name: Column<string, false, false>;
    slot: Number;
    motion: Label<Motion>;
    shape: Label<ShapeName>;
    half_extents: OptionalVector;
    radius: OptionalNumber;
    half_height: OptionalNumber;
    density: OptionalNumber;
    friction: OptionalNumber;
    restitution: OptionalNumber;
    mass: Number;
    center_of_mass: Vector;
    principal_inertia: Vector;
    principal_axes: Rotation;
    gravity_scale: Number;
  },
  false
> = defineTable(
  'body',
  {
    name: utf8({ description: "The body's userData where that is a text, or else body_ and its slot" }),
    slot: u32({ description: "Index in Rapier's set of bodies, used again once a body is gone" }),
    motion: enumOf(MOTIONS, { description: 'How it moves; dynamic bodies have an inertial state' }),
    shape: enumOf(SHAPES, { description: 'Shape of its collider' }),
    half_extents: vec3({ nullable: true, unit: 'm', description: 'Half the sides of a cuboid' }),
    radius: f64({ nullable: true, unit: 'm', description: 'Of a ball, capsule, cylinder or cone' }),
    half_height: f64({
      nullable: true,
      unit: 'm',
      description: 'Half the height along its y axis of a capsule (without its ends), cylinder or cone',
    }),
    density: f64({ nullable: true, unit: 'kg/m^3', description: 'Of its one collider' }),
    friction: f64({ nullable: true, description: 'Coulomb coefficient of its one collider' }),
    restitution: f64({ nullable: true, description: 'Of its one collider, 0 to 1' }),
    mass: f64({ unit: 'kg', description: 'Mass; 0 for a body that is not dynamic and has no density' }),
    center_of_mass: vec3({ unit: 'm', description: "Centre of mass in the body's own frame" }),
    principal_inertia: vec3({
      unit: 'kg m^2',
      description: 'Moments of inertia about the principal axes through the centre of mass',
    }),
    principal_axes: quat({ description: "Rotation from the principal axes to the body's own frame" }),
    gravity_scale: f64({ description: "Factor of the world's gravity" }),
  },
  { static: true, description: 'One row for each body of a run' },
);

/** One row for each dynamic body and frame. */
export const InertialState: TableSchema<
  {
    frame_id: Frame;
    body_id: Number;
    position: Vector;
    velocity: Vector;
    acceleration: Vector;
    orientation: Rotation;
    quaternion_rate: Rotation;
    angular_acceleration: Vector;
  },
  false
> = defineTable(
  'inertial_state',
  {
    frame_id: ref(SimulationFrame, { description: 'The frame, at whose end the state was read' }),
    body_id: ref(Body, { description: 'The body' }),
    position: vec3({ unit: 'm', description: "Origin of the body's own frame in the world" }),
    velocity: vec3({ unit: 'm/s', description: 'Velocity of the centre of mass' }),
    acceleration: vec3({
      unit: 'm/s^2',
      description: 'Mean acceleration of the centre of mass over the step, by whatever cause',
    }),
    orientation: quat({ description: "Unit quaternion that turns the body's own frame into the world's" }),
    quaternion_rate: quat({ unit: '1/s', description: 'Time derivative of the orientation' }),
    angular_acceleration: vec3({
      unit: 'rad/s^2',
      description: "Mean angular acceleration over the step, in the world's frame",
    }),
  },
  { description: 'One row for each dynamic body and frame' },
);

/** One row for each point at which two bodies touched in a step. */
export const Contact: TableSchema<
  {
    frame_id: Frame;
    body_a_id: Number;
    body_b_id: OptionalNumber;
    point: OptionalVector;
    normal: Vector;
    distance: Number;
    impulse: Number;
  },
  false
> = defineTable(
  'contact',
  {
    frame_id: ref(SimulationFrame, { description: 'The frame, in whose step the bodies touched' }),
    body_a_id: ref(Body, { description: 'A dynamic body' }),
    body_b_id: ref(Body, { nullable: true, description: 'The other; null for a collider without a body' }),
    point: vec3({
      nullable: true,
      unit: 'm',
      description: 'Point on body a, at the end of the step; null where a is one Compound shape',
    }),
    normal: vec3({ description: 'Unit normal in the world, from a to b' }),
    distance: f64({
      unit: 'm',
      description: 'Between the surfaces when the step began; negative where they overlap',
    }),
    impulse: f64({
      unit: 'N s',
      description: 'Along the normal over the step, on b; on a it is the opposite',
    }),
  },
  { description: 'One row for each point at which two bodies touched in a step' },
);

/** One row for each frame. */
export const SystemEnergy: TableSchema<
  {
    frame_id: Frame;
    kinetic_translational: Number;
    kinetic_rotational: Number;
    potential: Number;
    total: Number;
  },
  false
> = defineTable(
  'system_energy',
  {
    frame_id: ref(SimulationFrame, { description: 'The frame, at whose end the energy was computed' }),
    kinetic_translational: f64({ unit: 'J', description: 'Sum of m v^2 / 2' }),
    kinetic_rotational: f64({ unit: 'J', description: 'Sum of w I w / 2' }),
    potential: f64({ unit: 'J', description: 'Sum of -m g r, which is 0 at the origin of the world' }),
    total: f64({ unit: 'J', description: 'Sum of the three' }),
  },
  { description: 'One row for each frame: the energy of all dynamic bodies' },
);
