using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;
using BioLearn.Kernels.Simd;

Made.Check(TraceRule<double>.Of(new Outstar<double>()) is not null, "the rule is taken");
// block 3
