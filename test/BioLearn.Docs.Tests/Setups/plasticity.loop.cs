using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;
using BioLearn.ML.Plasticity.Synapses;

// block 2
episode.Inputs.Clear();
episode.Input(1)[0] = 2;
episode.Input(steps)[1] = 2;
pass.Forward(episode);
Made.Check(Math.Abs(episode.Output(steps)[2] - .8) < .2, "the network answers");
